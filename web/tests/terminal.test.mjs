// The serial pane's terminal: what it makes of bytes, what it sends for keys.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Terminal, keyBytes } from '../src/terminal.ts';

/** The text after `input`, and what the terminal answered. */
function show(...input) {
    let reply = '';
    const terminal = new Terminal((text) => (reply += text));
    for (const part of input)
        terminal.write(typeof part === 'string' ? new TextEncoder().encode(part) : part);
    return { text: terminal.text(), reply };
}

test('lines end by CR LF; a CR alone goes back', () => {
    assert.equal(show('one\r\ntwo').text, 'one\ntwo');
    assert.equal(show('100%\r 50').text, ' 50%');
    assert.equal(show('ab\b\bc').text, 'cb');
    assert.equal(show('a\tb').text, 'a       b');
});

test('a line of more than 80 columns goes on in the next', () => {
    assert.equal(show('x'.repeat(81)).text, `${'x'.repeat(80)}\nx`);
});

test('UTF-8 split between two reads is one character', () => {
    assert.equal(show(new Uint8Array([0xc3]), new Uint8Array([0xa9])).text, 'é');
});

test('colours and titles are skipped', () => {
    assert.equal(show('\x1b[1;31mred\x1b[0m \x1b]0;title\x07end').text, 'red end');
});

test('the cursor moves within the last 24 lines', () => {
    assert.equal(show('abc\x1b[2DX').text, 'aXc');
    assert.equal(show('one\r\ntwo\x1b[1;1HO').text, 'One\ntwo');
    const long = Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\r\n');
    assert.match(show(`${long}\x1b[H#`).text, /line 5\n#ine 6\n/);
});

test('erasing: rest of the line, line, screen', () => {
    assert.equal(show('abcdef\x1b[3D\x1b[K').text, 'abc');
    assert.equal(show('abc\x1b[2K').text, '');
    assert.equal(show('a\r\nb\r\nc\x1b[2;1H\x1b[J').text, 'a\n');
    assert.equal(show('a\r\nb\x1b[2J\x1b[Hz').text, 'z\n');
    assert.equal(show('a\r\nb\r\nc\x1b[1J').text, '\n\n');
});

test('it says where the cursor is when asked', () => {
    assert.equal(show('\r\n  \x1b[6n').reply, '\x1b[2;3R');
});

test('endless parameters and broken sequences do no harm', () => {
    assert.equal(show(`\x1b[${'9;'.repeat(10000)}Hok`).text.trim(), 'ok');
    assert.equal(show('\x1b[99999999999Aok').text, 'ok');
});

test('only the last 2000 lines are kept', () => {
    const lines = show('line\r\n'.repeat(5000)).text.split('\n');
    assert.equal(lines.length, 2000);
});

test('keys send what a terminal sends; the page keeps its own', () => {
    const key = (key, modifiers = {}) =>
        keyBytes({ key, ctrlKey: false, altKey: false, metaKey: false, ...modifiers });
    assert.equal(key('a'), 'a');
    assert.equal(key('Enter'), '\r');
    assert.equal(key('ArrowUp'), '\x1b[A');
    assert.equal(key('c', { ctrlKey: true }), '\x03');
    assert.equal(key('x', { altKey: true }), '\x1bx');
    assert.equal(key('Shift'), null);
    assert.equal(key('F5'), null);
    assert.equal(key('c', { metaKey: true }), null);
});
