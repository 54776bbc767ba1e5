// The boot sector of input.asm, and what it shows.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Assembles it into FOLDER; returns the image. */
export function buildInputFloppy(folder) {
    const image = path.join(folder, 'input.img');
    execFileSync('nasm', ['-f', 'bin', path.join(import.meta.dirname, 'input.asm'), '-o', image]);
    return image;
}

const unsigned = (digits) => parseInt(digits, 16);
const signed = (digits) => {
    const unused = 32 - digits.length * 4;
    return (unsigned(digits) << unused) >> unused;
};

/** What a screen of it says; a mouse that sent nothing yet is undefined. */
export function inputOn(text) {
    const mouse = (name, coordinate) => {
        const row = new RegExp(`^${name} (\\w{4}) (\\w{4}) (\\w\\w) (\\w\\w)$`, 'm').exec(text);
        if (!row) return undefined;
        const [, x, y, wheel, buttons] = row;
        return { x: coordinate(x), y: coordinate(y), wheel: signed(wheel), buttons: unsigned(buttons) };
    };
    return {
        ps2: mouse('ps2', signed),
        vmmouse: mouse('vmm', unsigned),
        keys: /^key ?(.*)$/m.exec(text)?.[1], // undefined: it has not started
    };
}
