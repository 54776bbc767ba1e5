// The page itself in Chromium, with a core that is no PC (fake-core/): what the element does before, while and after a
// machine runs, and what it says when something is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Pc, fakeSite, host, html, launch, open } from './browser.mjs';

const ONE = '<tab-pc fda="floppy.img"></tab-pc>';
const NO_WORKER =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'none'";
let browser, site, server, url;

before(async () => {
    site = await fakeSite({
        'one.html': html(ONE),
        'three.html': html(ONE.repeat(3)),
        'empty-element.html': html('<tab-pc></tab-pc>'),
        'no-worker.html': html(ONE, NO_WORKER),
        'no-wasm.html': html(ONE, "default-src 'none'; script-src 'self'; connect-src 'self'"),
        'scrolled.html': html(`${ONE}${'<p>text</p>'.repeat(200)}`),
        'runs-on.html': html(
            `<tab-pc fda="floppy.img" when-hidden="run"></tab-pc>${'<p>text</p>'.repeat(200)}`,
        ),
        'autostart.html': html(
            '<tab-pc fda="floppy.img" memory="16M" vga="cirrus" boot="a" autostart></tab-pc>',
        ),
        'kernel.html': html(
            '<tab-pc kernel="boot/vmlinuz" initrd="initrd.gz" append="quiet vga=788"></tab-pc>',
        ),
        'boot/vmlinuz': new Uint8Array(1000),
        'initrd.gz': new Uint8Array(3000),
        'missing.html': html('<tab-pc fda="missing.img"></tab-pc>'),
        'zero.html': html('<tab-pc fda="zero.img"></tab-pc>'),
        'odd.html': html('<tab-pc fda="odd.img"></tab-pc>'),
        'other-origin.html': html(
            ONE.replace('floppy.img', 'http://127.0.0.1:9/floppy.img'),
            'connect-src *',
        ),
        'broken/one.html': html(
            ONE.replace('<tab-pc', '<tab-pc base="./"').replace('floppy', '../floppy'),
        ).replace('define.js', '../define.js'),
        'zero.img': '',
        'odd.img': 'x'.repeat(1000),
        'broken/tabpc.wasm': 'this is no module',
    });
    await mkdir(path.join(site.folder, 'broken'), { recursive: true });
    await writeFile(path.join(site.folder, 'broken/worker.js'), "import '../worker.js';");
    server = await host(site.folder);
    url = server.url;
    browser = await launch();
});
after(async () => {
    await browser?.close();
    server?.close();
    await site?.remove();
});

/** A page with its first PC started by a click. */
async function started(name = 'one.html') {
    const page = await open(browser, url + name);
    const pc = new Pc(page);
    await pc.clickStart();
    return { page, pc };
}
const coverText = (pc) => pc.part('.cover p').textContent();

test('nothing of the core is fetched before the first click, then all of it from this site', async () => {
    const page = await open(browser, `${url}one.html`);
    assert.equal(page.requested.filter((name) => /wasm|mjs|worker|img|firmware/.test(name)).length, 0);
    await new Pc(page).clickStart();
    assert.ok(page.requested.some((name) => name.endsWith('/tabpc.wasm')));
    assert.deepEqual(
        page.requested.filter((name) => !name.startsWith(url)),
        [],
    );
    assert.deepEqual(page.problems, []); // the policy has stopped nothing
    await page.close();
});

test('the machine is given its attributes, with memory to fit its drives', async () => {
    const { page, pc } = await started();
    const { options, ...files } = await pc.run('qmp', { execute: 'x-files' });
    assert.deepEqual(options, { m: '32M', vga: 'std' });
    assert.equal(files['media/floppy.img'], 1474560);
    assert.deepEqual(Object.keys(files).sort(), ['bios-256k.bin', 'media/floppy.img', 'vgabios-stdvga.bin']);
    await page.close();

    const other = await open(browser, `${url}autostart.html`);
    const cirrus = new Pc(other);
    await cirrus.state('running');
    const second = await cirrus.run('qmp', { execute: 'x-files' });
    assert.deepEqual(second.options, { m: '16M', vga: 'cirrus', boot: 'a' });
    assert.ok(second['vgabios-cirrus.bin']);
    await other.close();
});

test('events tell of the start: ready with its thread, then the states', async () => {
    const page = await open(browser, `${url}one.html`);
    const events = page.evaluate(
        () =>
            new Promise((resolve) => {
                const seen = [];
                const pc = document.querySelector('tab-pc');
                pc.addEventListener('statechange', (event) => seen.push(event.detail.state));
                pc.addEventListener('ready', (event) => {
                    seen.push(event.detail.thread);
                    resolve(seen);
                });
                pc.start();
            }),
    );
    assert.deepEqual(await events, ['starting', 'running', 'worker']);
    await page.close();
});

test('a kernel needs no drive: it, its RAM disk and its command line are handed over', async () => {
    const { page, pc } = await started('kernel.html');
    const { options, ...files } = await pc.run('qmp', { execute: 'x-files' });
    assert.deepEqual(options, {
        m: '128M',
        vga: 'std',
        append: 'quiet vga=788',
        kernel: 'kernel/vmlinuz',
        initrd: 'initrd/initrd.gz',
    });
    assert.equal(files['kernel/vmlinuz'], 1000);
    assert.equal(files['initrd/initrd.gz'], 3000);
    await page.close();
});

test('keys typed reach the PC and show on the screen', async () => {
    const { page, pc } = await started();
    await page.keyboard.type('hello');
    assert.match(await pc.see(/hello/), /^fake> hello\n/); // blanks at the ends of rows are gone
    await page.close();
});

test('the picture changes with the mode, and keeps its shape', async () => {
    const { page, pc } = await started();
    await page.keyboard.press('F2');
    const shape = async () => {
        const { width, height } = await pc.part('canvas').boundingBox();
        return width / height;
    };
    await page.waitForTimeout(200);
    assert.deepEqual(Object.keys(await pc.colours()).length >= 1, true);
    assert.ok((await pc.colours())['30,30,30'] > 900);
    await page.keyboard.press('F1');
    await page.waitForTimeout(200);
    assert.ok((await pc.colours())['200,200,200'] > 900);
    assert.ok(Math.abs((await shape()) - 4 / 3) < 0.01);
    assert.equal(await pc.text(), ''); // no text in a graphics mode
    await page.close();
});

test('pause, continue, reset, power', async () => {
    const { page, pc } = await started();
    await pc.button('Pause').click();
    await pc.state('paused');
    assert.deepEqual(await pc.run('qmp', { execute: 'query-status' }), { status: 'paused' });
    await pc.button('Continue').click();
    await pc.state('running');
    await page.keyboard.type('x');
    await pc.see(/> x/);
    await pc.button('Reset').click();
    await pc.see(/>$/m);
    await pc.button('Power off').click();
    await pc.state('off');
    await assert.rejects(pc.text(), /start\(\) it first/);
    await pc.clickStart();
    await pc.see(/>$/m);
    assert.deepEqual(page.problems, []);
    await page.close();
});

test('a PC that turns itself off says so and can be started again', async () => {
    const { page, pc } = await started();
    await page.keyboard.press('F3');
    await pc.state('off');
    assert.match(await coverText(pc), /has turned itself off/);
    await pc.clickStart();
    await page.close();
});

test('a core that breaks is reported, and the page lives on', async () => {
    for (const [name, key, sentence] of [
        ['one.html', 'F4', /unreachable/],
        ['one.html', 'F5', /The emulator broke \(out of bounds\)/],
        ['no-worker.html', 'F5', /The emulator broke \(out of bounds\)/],
    ]) {
        const { page, pc } = await started(name);
        await page.keyboard.press(key);
        await pc.state('off');
        assert.match(await coverText(pc), sentence);
        await pc.clickStart();
        await page.close();
    }
});

test('losing the focus lets go of every key', async () => {
    const { page, pc } = await started();
    await page.keyboard.down('Shift');
    await page.keyboard.down('a');
    await pc.see(/\+ShiftLeft \+KeyA/);
    await pc.part('.screen').evaluate((screen) => screen.blur());
    await pc.see(/\+ShiftLeft \+KeyA -ShiftLeft -KeyA/);
    await page.close();
});

test('scrolled out of view, every key is let go of', async () => {
    const { page, pc } = await started('runs-on.html');
    await page.keyboard.down('Shift');
    await page.keyboard.down('a');
    await pc.see(/\+ShiftLeft \+KeyA/);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await pc.see(/\+ShiftLeft \+KeyA -ShiftLeft -KeyA/);
    await page.close();
});

test('losing the lock of the mouse lets go of every key and button', async () => {
    const { page, pc } = await started();
    await pc.part('.screen').click({ position: { x: 200, y: 200 } });
    await pc.part('.hint', { hasText: 'Esc frees the mouse' }).waitFor();
    await page.keyboard.down('Alt');
    await page.mouse.down();
    await pc.see(/\+AltLeft buttons1/);
    await page.evaluate(() => document.exitPointerLock()); // as the browser does at Alt+Tab
    await pc.see(/\+AltLeft buttons1 .*-AltLeft/);
    assert.match(await pc.text(), /buttons1 .*buttons0/);
    await page.close();
});

test('keys go to the PC only while the screen has the focus; Ctrl+Alt+G gives them back', async () => {
    const { page, pc } = await started();
    assert.match(await pc.part('.hint').textContent(), /Ctrl\+Alt\+G/);
    await page.keyboard.press('Control+Alt+KeyG');
    assert.equal(await pc.part('.hint').textContent(), '');
    await page.keyboard.type('lost');
    await pc.part('.screen').click();
    await page.keyboard.type('seen');
    const text = await pc.see(/seen/);
    assert.doesNotMatch(text, /lost/);
    await page.close();
});

test('the button presses Ctrl+Alt+Del', async () => {
    const { page, pc } = await started();
    await pc.button('Ctrl+Alt+Del').click();
    await pc.see(/\+ControlLeft \+AltLeft \+Delete -Delete -AltLeft -ControlLeft/);
    await page.close();
});

test('the wheel scrolls the page while the PC does not have the mouse', async () => {
    const { page, pc } = await started('runs-on.html');
    await pc.part('.screen').hover();
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY > 100);
    assert.doesNotMatch(await pc.text(), /wheel/);
    await page.close();
});

test('a second click takes the mouse: movements, buttons and wheel are the PC’s', async () => {
    const { page, pc } = await started();
    await pc.part('.screen').click({ position: { x: 200, y: 200 } });
    const locked = () => document.querySelector('tab-pc').shadowRoot.pointerLockElement !== null;
    await page.waitForFunction(locked);
    await pc.part('.hint', { hasText: 'Esc frees the mouse' }).waitFor();
    await page.mouse.move(300, 300);
    await page.mouse.move(340, 300);
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.wheel(0, 100);
    const text = await pc.see(/wheel1/);
    assert.match(text, /move\d+,/);
    assert.match(text, /buttons1 buttons0/);
    await page.keyboard.press('Control+Alt+KeyG');
    await page.waitForFunction(() => document.querySelector('tab-pc').shadowRoot.pointerLockElement === null);
    await page.close();
});

test('out of view the machine sleeps, unless when-hidden says run', async () => {
    for (const [name, runs] of [
        ['scrolled.html', false],
        ['runs-on.html', true],
    ]) {
        const { page, pc } = await started(name);
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await page.waitForTimeout(300);
        const { status } = await pc.run('qmp', { execute: 'query-status' });
        assert.equal(status, runs ? 'running' : 'paused', name);
        assert.equal(
            await pc.run('qmp', { execute: 'query-status' }).then(() => pc.element.evaluate((e) => e.state)),
            'running',
        );
        await page.evaluate(() => scrollTo(0, 0));
        await page.waitForTimeout(300);
        assert.equal((await pc.run('qmp', { execute: 'query-status' })).status, 'running', name);
        await page.close();
    }
});

test('a halted guest costs nothing: the core is called a few times a second', async () => {
    const { page, pc } = await started();
    const first = await pc.run('qmp', { execute: 'x-runs' });
    await page.waitForTimeout(2000);
    const runs = (await pc.run('qmp', { execute: 'x-runs' })) - first;
    assert.ok(runs < 20, `${runs} slices in 2 s`);
    await page.close();
});

test('the serial pane shows what comes and sends what is typed', async () => {
    const { page, pc } = await started();
    await page.keyboard.type('hi');
    await pc.part('.news').waitFor();
    await pc.button('Serial port').click();
    await page.keyboard.type(' there');
    await page.waitForFunction(() =>
        document.querySelector('tab-pc').shadowRoot.querySelector('.serial').textContent.includes('hi there'),
    );
    await page.close();
});

test('full screen shows the whole machine and keeps the keyboard with it', async () => {
    const { page, pc } = await started();
    await pc.button('Full screen').click();
    await page.waitForFunction(() => document.fullscreenElement?.localName === 'tab-pc');
    await page.keyboard.type('big');
    await pc.see(/> big/);
    const { width, height } = await pc.part('canvas').boundingBox();
    assert.ok(Math.abs(width / height - 4 / 3) < 0.01);
    await pc.button('Full screen').click();
    await page.waitForFunction(() => !document.fullscreenElement);
    await page.close();
});

test('in a narrow page as well, the first click on a button counts', async () => {
    const { page, pc } = await started();
    await page.setViewportSize({ width: 360, height: 700 });
    assert.match(await pc.part('.hint').textContent(), /Ctrl/); // it goes with the focus, at the press of the button
    await pc.button('Disks').click();
    await pc.part('.drives').waitFor();
    const { width } = await pc.element.boundingBox();
    assert.ok(await pc.element.evaluate((element) => element.scrollWidth <= element.clientWidth), `${width}`);
    await page.close();
});

test('media change while it runs, by file and by address; eject', async () => {
    const { page, pc } = await started();
    await pc.button('Disks').click();
    const floppy = pc.part('[data-drive=fda]');
    const chooser = page.waitForEvent('filechooser');
    await floppy.getByText('File…').click();
    await (
        await chooser
    ).setFiles({ name: 'mine.img', mimeType: 'application/octet-stream', buffer: Buffer.alloc(737280) });
    await pc.see(/floppy0=media\/mine\.img:737280/);
    assert.equal(await floppy.locator('.medium').textContent(), 'mine.img');

    await floppy.getByText('Address…').click();
    await floppy.locator('input').fill(`${url}floppy.img`);
    await floppy.getByText('Insert').click();
    await pc.see(/floppy0=media\/floppy\.img:1474560/);
    await floppy.getByText('Eject').click();
    await pc.see(/floppy0=$/m);
    assert.equal(await floppy.locator('.medium').textContent(), 'empty');

    await assert.rejects(pc.run('insert', 'hda', `${url}floppy.img`), /while the PC is off/);
    await assert.rejects(pc.run('insert', 'fdz', `${url}floppy.img`), /There is no drive fdz/);
    await page.close();
});

test('an element without drives asks for an image and boots what it gets', async () => {
    const page = await open(browser, `${url}empty-element.html`);
    const pc = new Pc(page);
    const chooser = page.waitForEvent('filechooser');
    await pc.part('.choose').click();
    await (
        await chooser
    ).setFiles({ name: 'cd.iso', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2048 * 4) });
    await pc.state('running');
    const { options } = await pc.run('qmp', { execute: 'x-files' });
    assert.equal(options.cdrom, 'media/cd.iso');
    assert.equal(options.m, '128M');
    await page.close();
});

test('without workers it runs on the page’s own thread', async () => {
    const page = await open(browser, `${url}no-worker.html`);
    const thread = await page.evaluate(async () => {
        const pc = document.querySelector('tab-pc');
        const ready = new Promise((resolve) =>
            pc.addEventListener('ready', (event) => resolve(event.detail.thread)),
        );
        await pc.start();
        return ready;
    });
    assert.equal(thread, 'main');
    const pc = new Pc(page);
    await pc.part('.screen').click();
    await page.keyboard.type('same');
    await pc.see(/same/);
    assert.ok((await pc.colours())['30,30,30'] > 900);
    await page.close();
});

test('without OffscreenCanvas the page draws the pixels it is sent', async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.addInitScript(() => delete HTMLCanvasElement.prototype.transferControlToOffscreen);
    await page.goto(`${url}one.html`);
    const pc = new Pc(page);
    await pc.clickStart();
    await page.waitForTimeout(300);
    assert.ok((await pc.colours())['30,30,30'] > 900);
    await page.keyboard.press('F1');
    await page.waitForTimeout(300);
    assert.ok((await pc.colours())['200,200,200'] > 900);
    await page.close();
});

test('three machines share one compiled core and run beside each other', async () => {
    const page = await open(browser, `${url}three.html`);
    await page.evaluate(() => Promise.all([...document.querySelectorAll('tab-pc')].map((pc) => pc.start())));
    assert.equal(page.requested.filter((name) => name.endsWith('.wasm')).length, 1);
    await page.evaluate(() => document.querySelectorAll('tab-pc')[1].press('KeyB'));
    const texts = await page.evaluate(() =>
        Promise.all([...document.querySelectorAll('tab-pc')].map((pc) => pc.screenText())),
    );
    assert.deepEqual(
        texts.map((text) => text.split('\n')[0]),
        ['fake>', 'fake> b', 'fake>'],
    );
    await page.close();
});

for (const [what, name, sentence] of [
    [
        'an image that is not there',
        'missing.html',
        /missing\.img could not be fetched from localhost:\d+: there is no such file/,
    ],
    ['an empty image', 'zero.html', /zero\.img is empty/],
    ['an image the core refuses', 'odd.html', /odd\.img: this floppy is of no known size/],
    [
        'a server that is not reached',
        'other-origin.html',
        /127\.0\.0\.1:9.*CORS.*choose it from your computer/,
    ],
    ['a damaged core', 'broken/one.html', /tabpc\.wasm is damaged or incomplete/],
    ['a policy without wasm-unsafe-eval', 'no-wasm.html', /script-src needs 'wasm-unsafe-eval'/],
]) {
    test(`${what}: a sentence, and the start button again`, async () => {
        const page = await open(browser, url + name);
        const pc = new Pc(page);
        const message = page.evaluate(
            () =>
                new Promise((resolve) =>
                    document
                        .querySelector('tab-pc')
                        .addEventListener('error', (event) => resolve(event.detail.message), { once: true }),
                ),
        );
        await pc.part('.start').click();
        assert.match(await message, sentence);
        assert.match(await coverText(pc), sentence);
        await pc.part('.start').waitFor();
        await page.close();
    });
}

test('a browser without tail calls is told which browsers will do', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => (WebAssembly.validate = (bytes) => !bytes.includes(18)));
    await page.goto(`${url}one.html`);
    const pc = new Pc(page);
    await pc.part('.start').click();
    await page.waitForFunction(() =>
        /tail calls/.test(document.querySelector('tab-pc').shadowRoot.textContent),
    );
    assert.match(await coverText(pc), /Chrome or Edge 112, Firefox 121, Safari 18\.2/);
    await page.close();
});

test('taken out of the page, the machine ends', async () => {
    const { page, pc } = await started();
    await pc.element.evaluate((element) => {
        window.gone = element;
        element.remove();
    });
    assert.equal(await page.evaluate(() => window.gone.state), 'off');
    await page.waitForFunction(() => true);
    assert.equal(page.workers().length, 0);
    await page.close();
});
