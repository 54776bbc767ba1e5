// A screendump (PPM, P6 with 8 bits a channel) and what tests ask of it.
import { readFileSync } from 'node:fs';

export class Picture {
    constructor(width, height, rgb) {
        Object.assign(this, { width, height, rgb });
    }

    static read(filename) {
        const bytes = readFileSync(filename);
        const [header, width, height] = bytes.toString('latin1', 0, 64).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
        return new Picture(+width, +height, bytes.subarray(header.length));
    }

    /** 0xRRGGBB */
    at(x, y) {
        return this.rgb.readUIntBE((y * this.width + x) * 3, 3);
    }

    part(left, top, width, height) {
        const rgb = Buffer.alloc(width * height * 3);
        for (let y = 0; y < height; y++) {
            const from = ((top + y) * this.width + left) * 3;
            this.rgb.copy(rgb, y * width * 3, from, from + width * 3);
        }
        return new Picture(width, height, rgb);
    }

    /** With channels of so few bits, for smoothed pictures that are to be small. */
    coarse(bits) {
        const most = (1 << bits) - 1;
        const rgb = this.rgb.map((value) => Math.round((Math.round((value / 255) * most) / most) * 255));
        return new Picture(this.width, this.height, rgb);
    }

    /** How many pixels the rectangle has of each colour, most frequent first: [colour, count]. */
    colours(left = 0, top = 0, right = this.width, bottom = this.height) {
        const counts = new Map();
        for (let y = top; y < bottom; y++)
            for (let x = left; x < right; x++)
                counts.set(this.at(x, y), (counts.get(this.at(x, y)) ?? 0) + 1);
        return [...counts].sort((a, b) => b[1] - a[1]);
    }

    /** How many pixels are not the same in both; all of them if the sizes differ. */
    differsFrom(other) {
        if (this.width !== other.width || this.height !== other.height) return this.width * this.height;
        let count = 0;
        for (let i = 0; i < this.rgb.length; i += 3)
            if (this.rgb.compare(other.rgb, i, i + 3, i, i + 3) !== 0) count++;
        return count;
    }

    /** The middle of all pixels whose colour passes IS, or undefined where there are none. */
    middleOf(is) {
        let n = 0, sumX = 0, sumY = 0; // prettier-ignore
        for (let y = 0; y < this.height; y++)
            for (let x = 0; x < this.width; x++)
                if (is(this.at(x, y))) [n, sumX, sumY] = [n + 1, sumX + x, sumY + y];
        return n ? { x: sumX / n, y: sumY / n, count: n } : undefined;
    }
}
