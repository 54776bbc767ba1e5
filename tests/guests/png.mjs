// Pictures as small PNG files (W3C specification, second edition): a palette where 256 colours are enough, else RGB.
import { crc32, deflateSync } from 'node:zlib';

function chunk(type, data) {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
}

/** Rows of `bits` a pixel, each behind its filter byte: 0, none, which is best where colours are numbers. */
function packed({ width, height }, bits, pixel) {
    const stride = 1 + Math.ceil((width * bits) / 8);
    const rows = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
            const at = x * bits;
            rows[y * stride + 1 + (at >> 3)] |= pixel(x, y) << (8 - bits - (at & 7));
        }
    return rows;
}

export function indexedPng(picture) {
    const { width, height, rgb } = picture;
    const colours = picture.colours().map(([colour]) => colour);
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    const chunks = [];
    let rows;
    if (colours.length <= 256) {
        const bits = [1, 2, 4, 8].find((n) => colours.length <= 1 << n);
        const number = new Map(colours.map((colour, n) => [colour, n]));
        rows = packed(picture, bits, (x, y) => number.get(picture.at(x, y)));
        header.set([bits, 3], 8);
        const palette = Buffer.alloc(colours.length * 3);
        colours.forEach((colour, n) => palette.writeUIntBE(colour, n * 3, 3));
        chunks.push(chunk('PLTE', palette));
    } else {
        rows = Buffer.alloc((1 + width * 3) * height);
        for (let y = 0; y < height; y++)
            rgb.copy(rows, y * (1 + width * 3) + 1, y * width * 3, (y + 1) * width * 3);
        header.set([8, 2], 8);
    }
    return Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        chunk('IHDR', header),
        ...chunks,
        chunk('IDAT', deflateSync(rows, { level: 9 })),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}
