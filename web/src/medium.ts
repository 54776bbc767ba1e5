// What the user or the page puts into a drive.
import type { DriveName, Medium } from './protocol.ts';

const LARGEST_FLOPPY = 2880 * 1024;

/** A medium from a file or an address; addresses are relative to the page. */
export function toMedium(what: Blob | string | URL): Medium {
    if (what instanceof Blob) return { name: what instanceof File ? what.name : 'image', blob: what };
    let url: URL;
    try {
        url = new URL(what, document.baseURI);
    } catch {
        throw new Error(`${what} is not an address.`);
    }
    return { name: decodeURIComponent(url.pathname.split('/').pop() || url.host), url: url.href };
}

/** The drive that a medium most likely belongs in, by its name and, where it is known, its size. */
export function guessDrive(name: string, size: number | null): DriveName {
    if (/\.(iso|cdr)$/i.test(name)) return 'cdrom';
    if (size === null) return /\.(img|ima|vfd|flp|dsk)$/i.test(name) ? 'fda' : 'hda';
    return size <= LARGEST_FLOPPY ? 'fda' : 'hda';
}
