// Where a disk's bytes come from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMedium, readAll } from '../src/media.ts';

const bytes = Uint8Array.from({ length: 1_000_003 }, (_, n) => (n * 7 + (n >> 8)) & 255);

test('a file gives the right bytes at any place, at once where they were read before', async () => {
    const source = await openMedium({ name: 'file', blob: new Blob([bytes]) }, () => {});
    assert.equal(source.size, bytes.length);
    for (const [offset, length] of [
        [0, 512],
        [262_144 - 512, 512], // the end of a block
        [262_144 - 100, 512], // across two
        [999_936, 67], // the end of the file
        [100, 700_000],
    ])
        assert.deepEqual(await source.read(offset, length), bytes.subarray(offset, offset + length));
    assert.ok(source.read(1024, 512) instanceof Uint8Array);
    assert.ok((await source.read(999_936, 512)).length < 512); // beyond the end: short, which is an error
    assert.deepEqual(await readAll(source), bytes);
});

test('only some blocks of a large file are kept', async () => {
    let sliced = 0;
    const blob = {
        size: 100 << 20,
        slice: (from, to) => ({ arrayBuffer: async () => (sliced++, new ArrayBuffer(to - from)) }),
    };
    const source = await openMedium({ name: 'large', blob }, () => {});
    const sweep = async () => {
        for (let offset = 0; offset < 20 << 20; offset += 65536) await source.read(offset, 65536);
    };
    await sweep();
    assert.equal(sliced, 80); // each block of 256 KB once
    await sweep();
    assert.equal(sliced, 160); // 16 MB are kept, and these were the first 4 MB's
});

test('an empty file is refused', async () => {
    await assert.rejects(
        openMedium({ name: 'nil.img', blob: new Blob([]) }, () => {}),
        /nil\.img is empty/,
    );
});
