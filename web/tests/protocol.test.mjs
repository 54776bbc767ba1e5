// The protocol between page and machine, both ends in this process, over a message channel.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '../src/connection.ts';
import { guessDrive } from '../src/medium.ts';
import { PROTOCOL_VERSION } from '../src/protocol.ts';
import { QmpClient } from '../src/qmp-client.ts';
import { displayAspect } from '../src/screen-view.ts';
import { serve } from '../src/server.ts';

let channel, stop;
before(() => {
    channel = new MessageChannel();
    stop = serve(channel.port2);
});
after(() => {
    stop();
    channel.port1.close();
});

test('the machine says hello with its version', async () => {
    const { port1, port2 } = new MessageChannel();
    const hello = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
    serve(port2);
    assert.deepEqual(await hello, { version: PROTOCOL_VERSION, hello: 'tabpc' });
    port1.close();
});

test('a call that fails rejects with the sentence of the other end', async () => {
    const connection = new Connection(channel.port1, 'main', () => {});
    await assert.rejects(connection.call('pause', []), /The PC is off/);
    await assert.rejects(connection.call('screenText', []), /The PC is off/);
    connection.send({ type: 'key', code: 'KeyA', down: true }); // before the start: dropped
    await assert.rejects(connection.call('nonsense', []), /./);
});

test('closing rejects what waits, and later calls', async () => {
    const { port1, port2 } = new MessageChannel();
    const connection = new Connection(port1, 'main', () => port1.close());
    const waiting = connection.call('reset', []);
    connection.close('over');
    await assert.rejects(waiting, /over/);
    await assert.rejects(connection.call('reset', []), /The PC is off/);
    port2.close();
});

test('a message of another version is refused with a sentence', async () => {
    const { port1, port2 } = new MessageChannel();
    const connection = new Connection(port1, 'main', () => {});
    const event = new Promise((resolve) => (connection.onevent = resolve));
    port2.postMessage({ version: PROTOCOL_VERSION + 1, event: { type: 'notice', text: 'from the future' } });
    assert.match((await event).text, /do not belong together/);
    port1.close();
});

test('QMP: negotiation, answers by id in any order, errors, events, split lines', async () => {
    const written = [];
    const events = [];
    const qmp = new QmpClient(
        (text) => written.push(JSON.parse(text)),
        (event) => events.push(event),
    );
    const receive = (text) => qmp.receive(new TextEncoder().encode(text));
    assert.equal(written[0].execute, 'qmp_capabilities');
    receive('{"QMP": {"version": {}, "capabilities": []}}\r\n{"return": {}, "id": 0}\r\n');

    const first = qmp.execute({ execute: 'query-status' });
    const second = qmp.execute({ execute: 'eject', arguments: { device: 'floppy9' } });
    assert.deepEqual(written[2], { execute: 'eject', arguments: { device: 'floppy9' }, id: 2 });
    receive('{"error": {"class": "DeviceNotFound", "desc": "Device \'floppy9\' not found"}, "id": 2}\r\n');
    receive('{"event": "STOP"}\r\n{"return": {"status": "pau');
    receive('sed"}, "id": 1}\r\n');
    await assert.rejects(second, /Device 'floppy9' not found/);
    assert.deepEqual(await first, { status: 'paused' });
    assert.deepEqual(events, [{ event: 'STOP' }]);
    await assert.rejects(qmp.execute({}), /"execute"/);
});

test('a picture keeps the shape of its monitor', () => {
    assert.equal(displayAspect(320, 200), 4 / 3); // mode 13h has tall pixels
    assert.equal(displayAspect(720, 400), 4 / 3);
    assert.equal(displayAspect(1024, 768), 4 / 3);
    assert.equal(displayAspect(1280, 1024), 5 / 4);
    assert.equal(displayAspect(1920, 1080), 16 / 9);
    assert.equal(displayAspect(0, 0), 4 / 3);
});

test('an image goes into the drive it is made for', () => {
    assert.equal(guessDrive('debian.iso', null), 'cdrom');
    assert.equal(guessDrive('debian.ISO', 400e6), 'cdrom');
    assert.equal(guessDrive('boot.img', 1474560), 'fda');
    assert.equal(guessDrive('disk.img', 50e6), 'hda');
    assert.equal(guessDrive('boot.img', null), 'fda');
    assert.equal(guessDrive('disk.raw', null), 'hda');
});
