// A static file server for the built site: `node tools/serve.mjs FOLDER [--port N]`. Listens on localhost only, sets no
// special headers, knows Range requests (disk images are read through them). Not meant for a real site: any static
// host does.
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const DEFAULT_PORT = 8080;
const MIME = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.map': 'application/json',
    '.md': 'text/markdown; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.woff2': 'font/woff2',
};

/** The file a request path names below `root` (an absolute real path), or null. */
async function find(root, pathname) {
    let decoded;
    try {
        decoded = decodeURIComponent(pathname);
    } catch {
        return null;
    }
    if (decoded.includes('\0')) return null;
    try {
        // The real path, so that neither ".." nor a link leads out of the site.
        let file = await realpath(path.join(root, decoded));
        let info = await stat(file);
        if (info.isDirectory()) {
            if (!decoded.endsWith('/')) return { redirect: `${pathname}/` };
            file = await realpath(path.join(file, 'index.html'));
            info = await stat(file);
        }
        const inside = file.startsWith(root + path.sep);
        return inside && info.isFile() ? { file, size: info.size, mtime: info.mtime } : null;
    } catch {
        return null;
    }
}

/** RFC 9110 14.1.2, one range: [first, last]; null: no range that we know, send all; false: not satisfiable. */
export function parseRange(header, size) {
    const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
    if (!match || (match[1] === '' && match[2] === '')) return null;
    if (match[1] === '') {
        const count = Math.min(Number(match[2]), size);
        return count > 0 ? [size - count, size - 1] : false;
    }
    const first = Number(match[1]);
    const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
    if (match[2] !== '' && Number(match[2]) < first) return null;
    return first < size ? [first, last] : false;
}

async function answer(root, request, response) {
    const end = (status, headers = {}) => {
        const text = status === 304 ? '' : `${status}\n`;
        response.writeHead(status, { 'Content-Type': 'text/plain', ...headers });
        response.end(request.method === 'HEAD' ? '' : text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, { Allow: 'GET, HEAD' });

    const pathname = request.url.split(/[?#]/, 1)[0];
    const found = await find(root, pathname);
    if (!found) return end(404);
    // Made from one slash: "//host" would be another site's address.
    if (found.redirect) return end(301, { Location: found.redirect.replace(/^\/+/, '/') });

    const { file, size, mtime } = found;
    const headers = {
        'Content-Type': MIME[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
        'Last-Modified': mtime.toUTCString(),
        'Accept-Ranges': 'bytes',
        'Cache-Control': 'no-cache', // ask again: a rebuilt site shows at once
    };
    const since = Date.parse(request.headers['if-modified-since'] ?? '');
    if (!request.headers.range && Math.floor(mtime.getTime() / 1000) * 1000 <= since)
        return end(304, headers);

    const range = parseRange(request.headers.range, size);
    if (range === false) return end(416, { 'Content-Range': `bytes */${size}` });
    const [first, last] = range ?? [0, size - 1];
    headers['Content-Length'] = last - first + 1;
    if (range) headers['Content-Range'] = `bytes ${first}-${last}/${size}`;
    response.writeHead(range ? 206 : 200, headers);
    if (request.method === 'HEAD' || size === 0) return response.end();
    createReadStream(file, { start: first, end: last })
        .on('error', () => response.destroy())
        .pipe(response);
}

/** Serves `folder`; without a port, 8080 or the next free one. Resolves to { server, url }. */
export async function serve(folder, port) {
    const root = await realpath(folder);
    const server = createServer((request, response) => {
        answer(root, request, response).catch(() => response.destroy());
    });
    for (let candidate = port ?? DEFAULT_PORT; ; candidate++) {
        const error = await new Promise((resolve) => {
            server.once('error', resolve);
            server.listen(candidate, '127.0.0.1', () => {
                server.off('error', resolve);
                resolve(null);
            });
        });
        if (!error) break;
        if (port !== undefined || error.code !== 'EADDRINUSE' || candidate > DEFAULT_PORT + 100) throw error;
    }
    return { server, url: `http://localhost:${server.address().port}/` };
}

async function main() {
    const usage = 'usage: serve FOLDER [--port N]';
    let args;
    try {
        args = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } });
    } catch (error) {
        fail(`${error.message}\n${usage}`, 2);
    }
    const [folder, ...rest] = args.positionals;
    const port = args.values.port;
    if (!folder || rest.length > 0) fail(usage, 2);
    if (port !== undefined && !(/^\d+$/.test(port) && Number(port) <= 65535))
        fail(`--port ${port}: not a port number`, 2);
    try {
        const { url } = await serve(folder, port === undefined ? undefined : Number(port));
        console.log(`tabpc is at ${url} (Ctrl+C ends it)`);
    } catch (error) {
        if (error.code === 'EADDRINUSE') fail(`port ${port} is in use; choose another with --port N`, 1);
        if (error.code === 'EACCES')
            fail(`port ${port} is not allowed; choose one above 1023 with --port N`, 1);
        fail(
            error.code === 'ENOENT'
                ? `${folder} does not exist: build the site first with ./tabpc build`
                : error.message,
            1,
        );
    }
}

function fail(text, status) {
    console.error(`tabpc: ${text}`);
    process.exit(status);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
