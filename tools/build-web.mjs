// Makes build/site, the whole site as any static host can serve it: TypeScript checked and bundled, the files of site/,
// the wasm core, the firmware and the guests. `node tools/build-web.mjs [--force]`; does nothing where nothing changed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const top = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(top, ...parts);
const OUT = at('build/site');

// Where the site's files come from: source folder -> folder of the site. web/entries.json lists what is bundled.
const COPIED = [
    ['site', ''],
    ['build/wasm/page', ''],
    ['build/firmware', 'firmware'],
    ['build/guests', 'guests'],
];
const BUNDLED = at('build/web'); // bundles, kept apart so that they are made only when web/ changes

/** Every file below `folder`, relative to it. */
async function files(folder) {
    if (!existsSync(folder)) return [];
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .sort();
}

/** Names, sizes and times of all that the bundles are made from. */
async function fingerprint() {
    const inputs = (await files(at('web'))).map((file) => at('web', file));
    inputs.push(at('package-lock.json'), fileURLToPath(import.meta.url));
    const lines = inputs.map(async (file) => {
        const { size, mtimeMs } = await stat(file);
        return `${file} ${size} ${mtimeMs}`;
    });
    return (await Promise.all(lines)).join('\n');
}

async function bundle() {
    const stamp = at('build/web.stamp');
    const now = await fingerprint();
    const before = await readFile(stamp, 'utf8').catch(() => '');
    if (before === now && !process.argv.includes('--force')) return;

    // tsc prints what is wrong where, which is all there is to say.
    const tsc = at('node_modules/.bin/tsc');
    try {
        execFileSync(process.execPath, [tsc, '--noEmit', '-p', at('web')], { stdio: ['ignore', 2, 2] });
    } catch (error) {
        if (error.status === undefined) throw error;
        process.exit(1);
    }
    const entries = JSON.parse(await readFile(at('web/entries.json'), 'utf8'));
    await rm(BUNDLED, { recursive: true, force: true });
    await build({
        entryPoints: entries.map((entry) => at('web', entry)),
        entryNames: '[name]',
        outdir: BUNDLED,
        bundle: true,
        format: 'esm',
        target: ['es2022'],
        minify: true,
        sourcemap: true,
        external: ['*.mjs'], // the wasm core's loader, beside the bundles on the site
        legalComments: 'none',
        logLevel: 'warning',
    });
    await writeFile(stamp, now);
}

/** Makes `to` a copy of `from` unless size and time say that it is one. */
async function update(from, to) {
    const [source, target] = await Promise.all([stat(from), stat(to).catch(() => null)]);
    if (target && target.size === source.size && Math.abs(target.mtimeMs - source.mtimeMs) < 2) return 0;
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, to);
    await utimes(to, source.atime, source.mtime);
    return 1;
}

async function main() {
    await bundle();
    const wanted = new Map();
    for (const [folder, under] of [...COPIED, ['build/web', '']]) {
        for (const file of await files(at(folder))) wanted.set(path.join(under, file), at(folder, file));
    }
    let changes = 0;
    for (const [file, from] of wanted) changes += await update(from, path.join(OUT, file));
    for (const file of await files(OUT)) {
        if (wanted.has(file)) continue;
        await rm(path.join(OUT, file));
        changes++;
    }
    if (changes) console.error(`      build/site: ${wanted.size} files, ${changes} of them new`);
}

await main();
