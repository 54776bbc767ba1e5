// Engines in headless Chromium: a page with v86 on its main thread, as v86 comes; a page with <tab-pc>, whose machine is
// in a worker. CPU time and memory are those of the page's renderer process, all of its threads.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page as BrowserPage } from 'playwright-core';
import { serve } from '../../tools/serve.mjs';
import { top } from '../paths.ts';
import { Lines, cpuMs, peakMb } from '../process.ts';
import { MEMORY_MB, commandLine } from './engine.ts';
import type { Engine, Job, Running } from './engine.ts';
import { V86_BIOS, V86_FILES, tabpcVersion, v86Missing, v86Version } from './programs.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** What a page needs besides the guest's images. */
interface Page {
    files: Record<string, string>; // name on the site -> file or folder
    html(job: Job): string; // calls serial(text) with what the guest sends
}

const IMAGES = { linux: ['vmlinuz', 'initrd.gz'], floppy: ['rmboot.img'] } as const;

const v86Page: Page = {
    files: {
        'libv86.js': path.join(V86_FILES, 'libv86.js'),
        'v86.wasm': path.join(V86_FILES, 'v86.wasm'),
        'bios.bin': V86_BIOS.bios,
        'vgabios.bin': V86_BIOS.vgaBios,
    },
    html(job) {
        const images =
            job.guest === 'floppy'
                ? { fda: { url: 'rmboot.img' } }
                : { bzimage: { url: 'vmlinuz' }, initrd: { url: 'initrd.gz' }, cmdline: commandLine(job) };
        const options = {
            wasm_path: 'v86.wasm',
            memory_size: MEMORY_MB << 20,
            vga_memory_size: 8 << 20,
            bios: { url: 'bios.bin' },
            vga_bios: { url: 'vgabios.bin' },
            ...images,
            disable_speaker: true,
            autostart: true,
        };
        return `<div id="screen"><div style="white-space: pre"></div><canvas style="display: none"></canvas></div>
            <script src="libv86.js"></script>
            <script>
                const options = ${JSON.stringify(options)};
                options.screen_container = document.getElementById('screen');
                let line = '';
                new V86(options).add_listener('serial0-output-byte', (byte) => {
                    line += String.fromCharCode(byte);
                    if (byte !== 10) return;
                    serial(line);
                    line = '';
                });
            </script>`;
    },
};

const SITE = path.join(top, 'build/site');
const tabpcPage: Page = {
    files: Object.fromEntries(
        ['define.js', 'worker.js', 'tabpc.mjs', 'tabpc.wasm', 'firmware'].map((name) => [
            name,
            path.join(SITE, name),
        ]),
    ),
    html(job) {
        const images =
            job.guest === 'floppy'
                ? 'fda="rmboot.img"'
                : `kernel="vmlinuz" initrd="initrd.gz" append="${commandLine(job)}"`;
        return `<tab-pc memory="${MEMORY_MB}M" ${images}></tab-pc>
            <script type="module" src="define.js"></script>
            <script type="module">
                const pc = document.querySelector('tab-pc');
                const decoder = new TextDecoder('latin1');
                pc.addEventListener('serial', ({ detail }) => serial(decoder.decode(detail.data)));
                pc.start();
            </script>`;
    },
};

/** The page in its browser, served from a folder of its own. */
class Tab implements Running {
    readonly #folder = mkdtempSync(path.join(tmpdir(), 'tabpc-bench-'));
    #server: Server | null = null;
    #browser: Browser | null = null;
    #page: BrowserPage | null = null;
    #renderers: number[] = [];
    since = NaN;
    readonly ended: Promise<string>;
    #end: (why: string) => void = () => {};

    constructor() {
        this.ended = new Promise((resolve) => (this.#end = resolve));
    }

    async open({ files, html }: Page, job: Job, onLine: (line: string) => void): Promise<void> {
        const put = (from: string, name: string) =>
            cpSync(from, path.join(this.#folder, name), { recursive: true });
        for (const [name, from] of Object.entries(files)) put(from, name);
        for (const name of IMAGES[job.guest]) put(path.join(job.folder, name), name);
        writeFileSync(
            path.join(this.#folder, 'index.html'),
            `<!doctype html><meta charset="utf-8"><title>bench</title>${html(job)}`,
        );
        const { server, url } = await serve(this.#folder, 0);
        this.#server = server;
        this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
        const page = (this.#page = await this.#browser.newPage());
        page.on('pageerror', (error) => this.#end(`in the page: ${error.message}`));
        page.on('crash', () => this.#end('the page crashed'));
        const lines = new Lines(onLine);
        // Bindings are called in order, one message each.
        await page.exposeFunction('serial', (text: string) => lines.feed(text));
        this.since = performance.now();
        await page.goto(url, { waitUntil: 'commit' });
        // Only now: the page may have got another renderer when it left about:blank.
        const session = await this.#browser.newBrowserCDPSession();
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        this.#renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    }

    cpuMs(): number {
        return this.#renderers.reduce((sum, pid) => sum + cpuMs(pid), 0);
    }
    peakMb(): number {
        return Math.max(...this.#renderers.map(peakMb));
    }
    /** Only <tab-pc> has them; `document` is the page's. */
    async statistics(): Promise<Record<string, number>> {
        return this.#page!.evaluate(`document.querySelector('tab-pc')?.qmp({ execute: 'x-stats' }) ?? {}`);
    }
    async close(): Promise<void> {
        await this.#browser?.close();
        this.#server?.close();
        this.#server?.closeAllConnections();
        rmSync(this.#folder, { recursive: true });
    }
}

function inChromium(
    name: string,
    title: string,
    page: Page,
    version: () => string,
    missing: () => string | null,
): Engine {
    return {
        name,
        title,
        guests: ['linux', 'floppy'],
        version: () => `${version()} in ${chromiumVersion()}`,
        missing: () => (existsSync(CHROMIUM) ? missing() : 'there is no Chromium: apt-get install chromium'),
        async start(job, onLine) {
            const tab = new Tab();
            try {
                await tab.open(page, job, onLine);
            } catch (error) {
                await tab.close();
                throw error;
            }
            return tab;
        },
    };
}
const chromiumVersion = () =>
    spawnSync(CHROMIUM, ['--version'], { encoding: 'utf8' }).stdout.split(' ').slice(0, 2).join(' ');

export const v86Chromium = inChromium('v86-chromium', 'v86, Chromium', v86Page, v86Version, v86Missing);
export const tabpcChromium = inChromium('tabpc-chromium', 'tabpc, Chromium', tabpcPage, tabpcVersion, () =>
    existsSync(path.join(SITE, 'tabpc.wasm')) ? null : 'the site is not built: ./tabpc build',
);
