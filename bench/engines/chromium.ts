// Engines in headless Chromium: a page with v86 on its main thread, as v86 comes; a page with <tab-pc>, whose machine is
// in a worker. CPU time and memory are those of the page's renderer process, all of its threads. The thread that runs
// the guest waits at each line of a result until its CPU time has been looked at: it would have gone on otherwise, for
// as long as the line takes through Chromium's processes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page as BrowserPage } from 'playwright-core';
import { serve } from '../../tools/serve.mjs';
import { Lines, cpuMs, peakMb } from '../process.ts';
import type { Engine, Job, Running } from './engine.ts';
import { SITE, serialScript, tabpcPage, v86Page } from './pages.ts';
import type { Page } from './pages.ts';
import { tabpcVersion, v86Missing, v86Version } from './programs.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

const IMAGES = { linux: ['vmlinuz', 'initrd.gz'], floppy: ['rmboot.img'] } as const;

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
            cpSync(from, path.join(this.#folder, name), {
                recursive: true,
                filter: (file) => !/^guests\b|\.map$/.test(path.relative(from, file)),
            });
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
