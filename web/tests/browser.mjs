// What the browser tests share: a Chromium, and the site under a server, with the real core or the fake one.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from '../../tools/serve.mjs';

const top = path.join(import.meta.dirname, '../..');
export const SITE = path.join(top, 'build/site');
export const SHARED = path.join(top, '../shared');
export const hasRealCore = existsSync(path.join(SITE, 'tabpc.wasm'));

const FLAGS =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync';
const EMPTY_MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A folder with the site's scripts, the fake core, an empty page and whatever `files` says (name -> contents). */
export async function fakeSite(files = {}) {
    const folder = await mkdtemp(path.join(tmpdir(), 'tabpc-page-'));
    await cp(SITE, folder, {
        recursive: true,
        filter: (file) => !/guests|\.map$|tabpc\.(wasm|mjs)$/.test(file),
    });
    await cp(path.join(import.meta.dirname, 'fake-core'), folder, { recursive: true });
    await writeFile(path.join(folder, 'tabpc.wasm'), EMPTY_MODULE);
    for (const [name, contents] of Object.entries({ 'floppy.img': new Uint8Array(1474560), ...files })) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), contents);
    }
    return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** A page that holds `body`; `csp` is its Content-Security-Policy. */
export function html(
    body,
    csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src 'self'",
) {
    return (
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>test</title>` +
        `<meta http-equiv="Content-Security-Policy" content="${csp}">` +
        `<link rel="icon" href="icon.svg"><script type="module" src="define.js"></script><body>${body}</body></html>`
    );
}

/** Serves `folder`; what is returned has url, close() and onRequest(), which sees each request first. */
export async function host(folder) {
    const { server, url } = await serve(folder, 0);
    return {
        url,
        onRequest: (listener) => server.prependListener('request', listener),
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}

export function launch() {
    return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });
}

/** Opens a page and remembers what went wrong on it. */
export async function open(browser, url, options = {}) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1000 }, ...options });
    page.problems = [];
    page.requested = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('console', (message) => {
        if (message.type() === 'error') page.problems.push(message.text());
    });
    page.on('request', (request) => page.requested.push(request.url()));
    await page.goto(url);
    await page.waitForFunction(() => customElements.get('tab-pc'));
    return page;
}

/** The first <tab-pc> of a page, as a test drives it: by what a person clicks and by the element's own API. */
export class Pc {
    constructor(page, selector = 'tab-pc') {
        this.page = page;
        this.selector = selector;
        this.element = page.locator(selector);
    }
    part(css, options) {
        return this.page.locator(`${this.selector} >> css=${css}`, options);
    }
    button(name) {
        return this.element.getByRole('button', { name, exact: true });
    }
    async clickStart(timeout) {
        await this.part('.start').click();
        await this.state('running', timeout);
    }
    run(method, ...args) {
        return this.element.evaluate((pc, [method, args]) => pc[method](...args), [method, args]);
    }
    text() {
        return this.run('screenText');
    }
    async state(state, timeout = 20_000) {
        await this.page.waitForFunction(
            ([selector, state]) => document.querySelector(selector).state === state,
            [this.selector, state],
            { timeout },
        );
    }
    /** Waits until the text screen matches; gives the screen. */
    async see(pattern, timeout = 30_000) {
        const end = Date.now() + timeout;
        for (let text; ;) {
            text = await this.text();
            if (pattern.test(text)) return text;
            if (Date.now() > end) throw new Error(`${pattern} did not appear within ${timeout} ms:\n${text}`);
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
    /** The colours on the canvas: rgb -> how many of 1024 points have it. */
    async colours() {
        const png = await this.part('canvas').screenshot();
        return this.page.evaluate(async (base64) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes]));
            const context = new OffscreenCanvas(32, 32).getContext('2d');
            context.imageSmoothingEnabled = false;
            context.drawImage(bitmap, 0, 0, 32, 32);
            const { data } = context.getImageData(0, 0, 32, 32);
            const counts = {};
            for (let at = 0; at < data.length; at += 4) {
                const rgb = data.slice(at, at + 3).join();
                counts[rgb] = (counts[rgb] ?? 0) + 1;
            }
            return counts;
        }, png.toString('base64'));
    }
}
