// The keyboard of the screen: what reaches the PC, and that no key stays down there.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Keyboard } from '../src/keyboard.ts';

let screen, log, keyboard;
beforeEach(() => {
    screen = new EventTarget();
    log = [];
    keyboard = new Keyboard(screen, {
        key: (code, down) => log.push((down ? '+' : '-') + code),
        release: () => log.push('release'),
        leave: () => log.push('leave'),
    });
    keyboard.enabled = true;
});

/** Sends a key event; true when the page keeps it from the browser. */
function send(type, code, modifiers = {}) {
    const event = Object.assign(new Event(type, { cancelable: true }), {
        code,
        ctrlKey: false,
        altKey: false,
        ...modifiers,
    });
    screen.dispatchEvent(event);
    return event.defaultPrevented;
}

test('keys go to the PC, repeats as well, and not to the browser', () => {
    assert.equal(send('keydown', 'Tab'), true);
    send('keydown', 'Tab');
    assert.equal(send('keyup', 'Tab'), true);
    assert.deepEqual(log, ['+Tab', '+Tab', '-Tab']);
});

test('while the PC is off, keys are the page’s', () => {
    keyboard.enabled = false;
    assert.equal(send('keydown', 'Space'), false);
    assert.deepEqual(log, []);
});

test('a release whose press went elsewhere is not for the PC', () => {
    send('keyup', 'Enter');
    assert.deepEqual(log, []);
});

test('losing the focus lets every key go, once', () => {
    send('keydown', 'ShiftLeft');
    send('keydown', 'KeyA');
    screen.dispatchEvent(new Event('blur'));
    screen.dispatchEvent(new Event('blur'));
    send('keyup', 'KeyA');
    assert.deepEqual(log, ['+ShiftLeft', '+KeyA', 'release']);
});

test('Ctrl+Alt+G lets go and leaves; the PC does not see the G', () => {
    send('keydown', 'ControlLeft');
    send('keydown', 'AltLeft');
    send('keydown', 'KeyG', { ctrlKey: true, altKey: true });
    assert.deepEqual(log, ['+ControlLeft', '+AltLeft', 'release', 'leave']);
});

test('keys whose release macOS swallows are let go with Meta', () => {
    send('keydown', 'MetaLeft');
    send('keydown', 'KeyC');
    send('keyup', 'MetaLeft');
    assert.deepEqual(log, ['+MetaLeft', '+KeyC', '-MetaLeft', 'release']);
});

test('a key without a place on the keyboard is left alone', () => {
    assert.equal(send('keydown', ''), false);
});
