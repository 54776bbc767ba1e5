// The keys of a US keyboard, by QMP's names.

const NAMES = {
    ' ': 'spc', '\n': 'ret', '\t': 'tab', '-': 'minus', '=': 'equal', ',': 'comma', '.': 'dot', '/': 'slash',
    '\\': 'backslash', ';': 'semicolon', "'": 'apostrophe', '`': 'grave_accent', '[': 'bracket_left', ']': 'bracket_right',
}; // prettier-ignore
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?';
const UNSHIFTED = "`1234567890-=[]\\;',./";

/** The keys that type this character, pressed together. */
export function keysOf(character) {
    const at = SHIFTED.indexOf(character);
    if (at >= 0) return ['shift', ...keysOf(UNSHIFTED[at])];
    if (/[A-Z]/.test(character)) return ['shift', character.toLowerCase()];
    return [NAMES[character] ?? character];
}

const CODES = {
    spc: 'Space', ret: 'Enter', tab: 'Tab', minus: 'Minus', equal: 'Equal', comma: 'Comma', dot: 'Period', slash: 'Slash',
    backslash: 'Backslash', semicolon: 'Semicolon', apostrophe: 'Quote', grave_accent: 'Backquote',
    bracket_left: 'BracketLeft', bracket_right: 'BracketRight', backspace: 'Backspace', esc: 'Escape',
    delete: 'Delete', shift: 'ShiftLeft', ctrl: 'ControlLeft', alt: 'AltLeft',
    left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown',
}; // prettier-ignore

/** The same key as a browser names it (KeyboardEvent.code). */
export function codeOf(name) {
    if (/^[a-z]$/.test(name)) return `Key${name.toUpperCase()}`;
    if (/^[0-9]$/.test(name)) return `Digit${name}`;
    if (/^f\d+$/.test(name)) return name.toUpperCase();
    if (!CODES[name]) throw new Error(`keys.mjs has no KeyboardEvent.code of ${name}`);
    return CODES[name];
}
