// The development server gives files as a static host would, and nothing outside the site's folder.
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { parseRange, serve } from '../../tools/serve.mjs';

let folder, server, url;

before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tabpc-serve-'));
    await mkdir(path.join(folder, 'site/sub'), { recursive: true });
    await writeFile(path.join(folder, 'secret.txt'), 'secret');
    await writeFile(path.join(folder, 'site/index.html'), '<p>root');
    await writeFile(path.join(folder, 'site/sub/index.html'), '<p>sub');
    await writeFile(path.join(folder, 'site/core.wasm'), 'wasm');
    await writeFile(path.join(folder, 'site/a b.js'), '1');
    await writeFile(path.join(folder, 'site/empty.img'), '');
    await writeFile(path.join(folder, 'site/disk.img'), '0123456789');
    await symlink('../secret.txt', path.join(folder, 'site/link.txt'));
    ({ server, url } = await serve(path.join(folder, 'site'), 0));
});
after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
});

/** A request whose path goes out as it is written; fetch() would tidy it up first. */
function get(pathname, { method = 'GET', headers = {} } = {}) {
    return new Promise((resolve, reject) => {
        const { port } = new URL(url);
        request({ port, host: '127.0.0.1', path: pathname, method, headers }, (response) => {
            let body = '';
            response.on('data', (data) => (body += data));
            response.on('end', () =>
                resolve({ status: response.statusCode, headers: response.headers, body }),
            );
        })
            .on('error', reject)
            .end();
    });
}

test('files have their type and size, folders their index.html', async () => {
    const wasm = await get('/core.wasm');
    assert.equal(wasm.headers['content-type'], 'application/wasm');
    assert.equal(wasm.headers['content-length'], '4');
    assert.equal((await get('/a%20b.js?x=1')).headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal((await get('/')).body, '<p>root');
    assert.equal((await get('/sub/')).body, '<p>sub');
    const folder = await get('/sub');
    assert.deepEqual([folder.status, folder.headers.location], [301, '/sub/']);
    assert.equal((await get('/empty.img')).headers['content-length'], '0');
});

test('HEAD has the headers and no body', async () => {
    const head = await get('/disk.img', { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '10', '']);
});

test('a range gets 206 and just that part', async () => {
    const range = async (value) => {
        const { status, headers, body } = await get('/disk.img', { headers: { Range: value } });
        return [status, headers['content-range'], body];
    };
    assert.deepEqual(await range('bytes=2-4'), [206, 'bytes 2-4/10', '234']);
    assert.deepEqual(await range('bytes=7-'), [206, 'bytes 7-9/10', '789']);
    assert.deepEqual(await range('bytes=-2'), [206, 'bytes 8-9/10', '89']);
    assert.deepEqual(await range('bytes=0-99'), [206, 'bytes 0-9/10', '0123456789']);
    assert.deepEqual((await range('bytes=10-')).slice(0, 2), [416, 'bytes */10']);
    assert.deepEqual((await range('bytes=5-2'))[0], 200);
    assert.equal(parseRange('bytes=-0', 10), false);
    assert.equal(parseRange('pages=1-2', 10), null);
});

test('an unchanged file gets 304', async () => {
    const modified = (await get('/disk.img')).headers['last-modified'];
    assert.equal((await get('/disk.img', { headers: { 'If-Modified-Since': modified } })).status, 304);
});

test('what is not in the site is not found', async () => {
    for (const pathname of [
        '/none',
        '/../secret.txt',
        '/%2e%2e/secret.txt',
        '/..%2fsecret.txt',
        '/link.txt',
        '/%00',
        '/%zz',
        '/disk.img/',
    ]) {
        const { status, body } = await get(pathname);
        assert.equal(status, 404, pathname);
        assert.doesNotMatch(body, /secret/);
    }
});

test('only GET and HEAD are answered, and no special headers are sent', async () => {
    assert.equal((await get('/', { method: 'POST' })).status, 405);
    const { headers } = await get('/');
    assert.equal(headers['cross-origin-opener-policy'], undefined);
    assert.equal(headers['cross-origin-embedder-policy'], undefined);
});
