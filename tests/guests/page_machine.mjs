// The page in Chromium as an emulator of the table: QEMU's option words become attributes of a <tab-pc>, keys are pressed
// on the browser's keyboard, text is what the element says is on the screen, pictures are what its canvas shows.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pc, SITE, hasRealCore, host, html, launch, open } from '../../web/tests/browser.mjs';
import { Driver } from './driver.mjs';
import { codeOf } from './keys.mjs';
import { Picture } from './picture.mjs';

const ATTRIBUTES = { '-m': 'memory', '-boot': 'boot', '-vga': 'vga', '-append': 'append' };
const IMAGES = ['-fda', '-fdb', '-hda', '-cdrom', '-kernel', '-initrd'];
// The page's disks are never written to; a PC in it starts again where one of the table must not.
const WITHOUT_MEANING = ['-snapshot', '-no-reboot'];

// So narrow that the canvas needs no more pixels than the guest's picture has, and a pixel of one is a pixel of the other.
const VIEWPORT = { width: 400, height: 700 };
const VIEW = { width: 738, height: 700 }; // text is 720 pixels wide, with the borders around it
const HOLD_MS = 30;
const BETWEEN_KEYS_MS = 80;

/** Why the page cannot do what these options ask for, or undefined. */
export function pageCannot(options) {
    if (!hasRealCore) return 'the site is not built';
    if (options.includes('{copy}')) return 'the page forgets what was written when it is turned off';
    return undefined;
}

export class PageMachine extends Driver {
    static async start(options) {
        const machine = new PageMachine();
        try {
            await machine.#start(options);
        } catch (error) {
            await machine.end();
            throw error;
        }
        return machine;
    }

    #folder;
    #server;
    #browser;
    #page;
    #pc;

    async #start(options) {
        this.#folder = await mkdtemp(path.join(tmpdir(), 'tabpc-page-'));
        await cp(SITE, this.#folder, {
            recursive: true,
            filter: (file) => file !== path.join(SITE, 'guests'),
        });
        const attributes = await this.#attributes(options);
        await writeFile(path.join(this.#folder, 'guest.html'), html(`<tab-pc ${attributes}></tab-pc>`));
        this.#server = await host(this.#folder);
        this.#browser = await launch();
        this.#page = await open(this.#browser, `${this.#server.url}guest.html`, { viewport: VIEWPORT });
        this.#pc = new Pc(this.#page);

        await this.#page.exposeFunction('tellSerial', (text) => this.receiveSerial(text));
        await this.#page.exposeFunction('tellOff', (text) => this.#off(text));
        await this.#pc.element.evaluate((pc) => {
            pc.addEventListener('serial', ({ detail }) =>
                window.tellSerial(Array.from(detail.data, (byte) => String.fromCharCode(byte)).join('')),
            );
            pc.addEventListener('statechange', ({ detail }) => {
                const why = () => pc.shadowRoot.querySelector('.cover p').textContent;
                if (detail.state === 'off') setTimeout(() => window.tellOff(why()));
            });
        });
        await this.#pc.clickStart(600_000);
    }

    async #attributes(options) {
        const attributes = [];
        for (let at = 0; at < options.length; at++) {
            const option = options[at];
            if (WITHOUT_MEANING.includes(option)) continue;
            const value = options[++at];
            if (IMAGES.includes(option)) {
                const name = path.basename(value);
                await cp(value, path.join(this.#folder, name));
                attributes.push(`${option.slice(1)}="${name}"`);
            } else if (ATTRIBUTES[option]) {
                attributes.push(`${ATTRIBUTES[option]}="${value}"`);
            } else {
                throw new Error(`<tab-pc> has no attribute for ${option}`);
            }
        }
        return attributes.join(' ');
    }

    /** The page says why the PC is off: only a guest that turned it off ended well. */
    #off(text) {
        this.stderr += text;
        this.hasEnded(/has (powered|turned itself) off/.test(text) ? 0 : 1);
    }

    async text() {
        return this.status === undefined ? this.#pc.text() : '';
    }

    /** The pixels of the canvas, which are the guest's. */
    async picture() {
        const canvas = await this.#pc.part('canvas').elementHandle();
        return this.#pixels(canvas);
    }

    /** The element as a visitor sees it, tool bar and all: as the browser's PNG and as a picture. */
    async view() {
        await this.#page.setViewportSize(VIEW);
        await sleep(500);
        const png = await this.#pc.element.screenshot();
        await this.#page.setViewportSize(VIEWPORT);
        const bitmap = await this.#page.evaluateHandle(async (base64) => {
            const bytes = Uint8Array.fromBase64(base64);
            return createImageBitmap(new Blob([bytes]));
        }, png.toString('base64'));
        return { png, picture: await this.#pixels(bitmap) };
    }

    /** SOURCE is a handle of anything that can be drawn. */
    async #pixels(source) {
        const { width, height, rgb } = await this.#page.evaluate((source) => {
            const { width, height } = source;
            const context = new OffscreenCanvas(width, height).getContext('2d');
            context.drawImage(source, 0, 0);
            const { data } = context.getImageData(0, 0, width, height);
            const bytes = new Uint8Array(width * height * 3);
            for (let to = 0, from = 0; to < bytes.length; to += 3, from += 4)
                bytes.set(data.subarray(from, from + 3), to);
            return { width, height, rgb: bytes.toBase64() };
        }, source);
        await source.dispose();
        return new Picture(width, height, Buffer.from(rgb, 'base64'));
    }

    async key(...names) {
        await this.#pc.part('.screen').focus();
        const codes = names.map(codeOf);
        for (const code of codes) await this.#page.keyboard.down(code);
        await sleep(HOLD_MS);
        for (const code of codes.reverse()) await this.#page.keyboard.up(code);
        await sleep(BETWEEN_KEYS_MS);
    }

    /** Types on the page's serial pane. */
    async typeSerial(text) {
        const pane = this.#pc.part('.serial');
        if (await pane.isHidden()) await this.#pc.button('Serial port').click();
        await pane.focus();
        await this.#page.keyboard.type(text);
    }

    async end() {
        await this.#browser?.close();
        this.#server?.close();
        if (this.#folder && existsSync(this.#folder)) await rm(this.#folder, { recursive: true });
    }
}
