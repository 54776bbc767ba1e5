// The mouse over the real core's screen, moved by the browser: what a boot sector of our own (tests/guests/input.asm) sees
// of it through the i8042, once a click has locked the pointer, and through vmmouse, whose guest the pointer follows.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInputFloppy, inputOn } from '../../tests/guests/input.mjs';
import { Pc, SITE, hasRealCore, host, launch, open } from './browser.mjs';

const skip = hasRealCore ? false : 'the core is not built';
const LEFT = 1; // bits of a PS/2 packet
const RIGHT = 2;
const VMMOUSE_RIGHT = 2;
const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-mouse-'));
let browser, server, page, pc, canvas;

before(async () => {
    if (skip) return;
    server = await host(SITE);
    browser = await launch();
});
after(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
});

/** The boot sector in the page's last machine, chosen as a file; `canvas` is where its picture is. */
async function start() {
    page = await open(browser, server.url);
    pc = new Pc(page, '#own tab-pc');
    await pc.element.scrollIntoViewIfNeeded();
    const chooser = page.waitForEvent('filechooser');
    await pc.part('.choose').click();
    await (await chooser).setFiles(buildInputFloppy(folder));
    await pc.state('running');
    await pc.see(/^key$/m);
    canvas = await pc.part('canvas').boundingBox();
    await pc.part('.screen').focus();
}
const input = async () => inputOn(await pc.text());

/** Waits until what the guest got passes the check, and returns it. */
async function got(what, check) {
    let last;
    for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
        last = (await input())[what];
        if (last && check(last)) return last;
    }
    assert.fail(`not what was sent: ${JSON.stringify(last)}`);
}
const near = (value, expected) => Math.abs(value - expected) <= 2; // browser and page round to whole pixels

test('a locked pointer moves the PS/2 mouse by the pixels of the picture', { skip }, async () => {
    await start();
    const at = { x: canvas.x + 100, y: canvas.y + 100 };
    await page.mouse.click(at.x, at.y);
    await pc.part('.hint', { hasText: 'Esc frees the mouse' }).waitFor();
    assert.equal((await input()).ps2?.buttons ?? 0, 0); // that click was not the guest's

    const from = (await input()).ps2 ?? { x: 0, y: 0 };
    await page.mouse.move(at.x + 60, at.y + 30, { steps: 6 });
    const [right, down] = [(60 * 720) / canvas.width, (30 * 400) / canvas.height];
    const moved = await got('ps2', ({ x, y }) => near(x - from.x, right) && near(y - from.y, -down));

    await page.mouse.down();
    await got('ps2', ({ buttons }) => buttons === LEFT);
    await page.mouse.down({ button: 'right' });
    await got('ps2', ({ buttons }) => buttons === (LEFT | RIGHT));
    await page.mouse.up();
    await page.mouse.up({ button: 'right' });
    await got('ps2', ({ buttons }) => buttons === 0);
    await page.mouse.wheel(0, 200);
    await got('ps2', ({ wheel }) => wheel === 2);

    await page.keyboard.press('Control+Alt+KeyG');
    await page.waitForFunction(() => !document.querySelector('#own tab-pc').shadowRoot.pointerLockElement);
    await page.mouse.move(at.x, at.y, { steps: 3 });
    await sleep(300);
    const { x, y } = (await input()).ps2;
    assert.deepEqual({ x, y }, { x: moved.x, y: moved.y });
    assert.deepEqual(page.problems, []);
    await page.close();
});

test('a guest with vmmouse follows the pointer, without a lock', { skip }, async () => {
    await start();
    await page.keyboard.press('KeyV');
    await pc.see(/^key 2F AF$/m);
    const scale = (part) => Math.floor(part * 0x7fff) * 2;
    for (const [across, down] of [
        [0.25, 0.5],
        [0.75, 0.125],
        [0.5, 1],
    ]) {
        // The page hears within a quarter of a second that the guest asks for positions.
        const place = [
            canvas.x + across * canvas.width,
            canvas.y + down * canvas.height - (down === 1 ? 0.5 : 0),
        ];
        const close = (value, part, size) => Math.abs(value - scale(part)) <= (3 * 0xffff) / size;
        await page.mouse.move(...place);
        await sleep(400);
        await page.mouse.move(place[0] + 1, place[1]);
        await page.mouse.move(...place);
        await got('vmmouse', ({ x, y }) => close(x, across, canvas.width) && close(y, down, canvas.height));
    }
    await page.mouse.down({ button: 'right' });
    await got('vmmouse', ({ buttons }) => buttons === VMMOUSE_RIGHT);
    await page.mouse.up({ button: 'right' });
    await got('vmmouse', ({ buttons }) => buttons === 0);
    assert.equal(
        await page.evaluate(() => document.querySelector('#own tab-pc').shadowRoot.pointerLockElement),
        null,
    );
    assert.deepEqual(page.problems, []);
    await page.close();
});
