// Engines in headless Chromium: a page with v86 on its main thread, as v86 comes; a page with <tab-pc>, whose machine is
// in a worker. CPU time and memory are those of the page's renderer process, all of its threads. The thread that runs
// the guest waits at each line of a result until its CPU time has been looked at: it would have gone on otherwise, for
// as long as the line takes through Chromium's processes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
    html(job: Job, serial: string): string; // `serial` is a script with serial(text), for what the guest sends
    patch?(folder: string, serial: string): void;
}

/** The first line, results and what goes wrong are sent; the rest of the kernel's messages would only take time. */
const serialScript = (stamps: string) => `
    let serialLine = '';
    let serialSilent = true;
    function serial(text) {
        for (const character of text) {
            serialLine += character;
            if (character !== '\\n') continue;
            if (serialSilent || /^@|Kernel panic/.test(serialLine)) {
                const request = new XMLHttpRequest();
                request.open('POST', '${stamps}', false);
                request.send(serialLine);
            }
            serialSilent = false;
            serialLine = '';
        }
    }
`;

const IMAGES = { linux: ['vmlinuz', 'initrd.gz'], floppy: ['rmboot.img'] } as const;

const v86Page: Page = {
    files: {
        'libv86.js': path.join(V86_FILES, 'libv86.js'),
        'v86.wasm': path.join(V86_FILES, 'v86.wasm'),
        'bios.bin': V86_BIOS.bios,
        'vgabios.bin': V86_BIOS.vgaBios,
    },
    html(job, serial) {
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
                ${serial}
                const options = ${JSON.stringify(options)};
                options.screen_container = document.getElementById('screen');
                new V86(options).add_listener('serial0-output-byte', (byte) => serial(String.fromCharCode(byte)));
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
                document.querySelector('tab-pc').start();
            </script>`;
    },
    /** Puts itself between the worker and the page. */
    patch(folder, serial) {
        const worker = path.join(folder, 'worker.js');
        const listen = `{
            const post = self.postMessage.bind(self);
            const decoder = new TextDecoder('latin1');
            self.postMessage = (message, ...rest) => {
                if (message.event?.type === 'serial') serial(decoder.decode(message.event.data));
                post(message, ...rest);
            };
        }`;
        writeFileSync(worker, serial + listen + readFileSync(worker, 'utf8'));
    },
};

/** The page in its browser, served from a folder of its own. */
class Tab implements Running {
    readonly #folder = mkdtempSync(path.join(tmpdir(), 'tabpc-bench-'));
    #servers: Server[] = [];
    #browser: Browser | null = null;
    #page: BrowserPage | null = null;
    #renderers: number[] = [];
    since = NaN;
    readonly ended: Promise<string>;
    #end: (why: string) => void = () => {};

    constructor() {
        this.ended = new Promise((resolve) => (this.#end = resolve));
    }

    async open({ files, html, patch }: Page, job: Job, onLine: (line: string) => void): Promise<void> {
        const put = (from: string, name: string) =>
            cpSync(from, path.join(this.#folder, name), { recursive: true });
        for (const [name, from] of Object.entries(files)) put(from, name);
        for (const name of IMAGES[job.guest]) put(path.join(job.folder, name), name);
        const serial = serialScript(await this.#stamps(onLine));
        patch?.(this.#folder, serial);
        writeFileSync(
            path.join(this.#folder, 'index.html'),
            `<!doctype html><meta charset="utf-8"><title>bench</title>${html(job, serial)}`,
        );
        const { server, url } = await serve(this.#folder, 0);
        this.#servers.push(server);
        this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
        const page = (this.#page = await this.#browser.newPage());
        page.on('pageerror', (error) => this.#end(`in the page: ${error.message}`));
        page.on('crash', () => this.#end('the page crashed'));
        this.since = performance.now();
        await page.goto(url, { waitUntil: 'commit' });
        // Only now: the page may have got another renderer when it left about:blank.
        const session = await this.#browser.newBrowserCDPSession();
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        this.#renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    }

    /** Where the page sends lines to; the answer lets it go on. */
    async #stamps(onLine: (line: string) => void): Promise<string> {
        const server = createServer((request, response) => {
            let line = '';
            request.setEncoding('latin1').on('data', (text: string) => (line += text));
            request.on('end', () => {
                new Lines(onLine).feed(line);
                response.writeHead(204, { 'Access-Control-Allow-Origin': '*' }).end();
            });
        });
        this.#servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
        return `http://localhost:${(server.address() as AddressInfo).port}/`;
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
        for (const server of this.#servers) {
            server.close();
            server.closeAllConnections();
        }
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
