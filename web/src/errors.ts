// Sentences for the user: what happened and what to do.

/** `error` as a sentence: what the browser throws says little to the user. */
export function sentence(error: unknown): string {
    if (
        error instanceof RangeError ||
        (error instanceof WebAssembly.RuntimeError && /memory/.test(error.message))
    )
        return 'There is not enough memory in this browser for the PC: close other tabs, or give it less memory.';
    if (error instanceof WebAssembly.RuntimeError)
        return `The emulator broke (${error.message}): please report it.`;
    return error instanceof Error ? error.message : String(error);
}

const OLD_BROWSER =
    'This browser is too old for the PC: its WebAssembly lacks %s. ' +
    'Use Chrome or Edge 112, Firefox 121, Safari 18.2, or a newer one.';

// Modules that are valid only where the browser knows a feature: one function of type () -> () that uses it.
const SIMD = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
];
const TAIL_CALLS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 18, 0, 11];

/** What this browser lacks to run the core, as a sentence; null where it lacks nothing. */
export function missingFeature(): string | null {
    if (typeof WebAssembly !== 'object')
        return OLD_BROWSER.replace('its WebAssembly lacks %s', 'it has no WebAssembly');
    if (!WebAssembly.validate(new Uint8Array(SIMD))) return OLD_BROWSER.replace('%s', 'SIMD');
    if (!WebAssembly.validate(new Uint8Array(TAIL_CALLS))) return OLD_BROWSER.replace('%s', 'tail calls');
    return null;
}
