// The pages that chromium.ts opens: v86 on the page's thread, <tab-pc> with its worker. Both hand over what the guest sends.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { top } from '../paths.ts';
import { MEMORY_MB, commandLine } from './engine.ts';
import type { Job } from './engine.ts';
import { V86_BIOS, V86_FILES } from './programs.ts';

/** What a page needs besides the guest's images. */
export interface Page {
    files: Record<string, string>; // name on the site -> file, or folder without its guests
    html(job: Job, serial: string): string; // `serial` is a script with serial(text), for what the guest sends
    patch?(folder: string, serial: string): void;
}

/** The first line, results and what goes wrong are sent; the rest of the kernel's messages would only take time. */
export const serialScript = (stamps: string) => `
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

export const v86Page: Page = {
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

export const SITE = path.join(top, 'build/site');
export const tabpcPage: Page = {
    files: { '.': SITE },
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
