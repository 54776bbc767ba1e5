// The element's looks. A constructed style sheet: no inline style for a page's policy to forbid.

const CSS = `
:host {
    --accent: var(--tabpc-accent, light-dark(#3457d5, #8fa8ff));
    --line: light-dark(#d9dce3, #33373f);
    --surface: light-dark(#f7f8fa, #1b1d22);
    --text: light-dark(#2a2e37, #d5d8df);
    --muted: light-dark(#6a7080, #949aa8);
    --danger: light-dark(#b3261e, #ff9c94);
    color-scheme: inherit;
    display: block;
    container-type: inline-size;
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--surface);
    color: var(--text);
    font: 14px/1.4 system-ui, sans-serif;
}
:host([hidden]), [hidden] { display: none !important; }
.stage { position: relative; aspect-ratio: 4 / 3; background: #000; container-type: size; }
.screen { position: absolute; inset: 0; display: grid; place-items: center; outline: none; cursor: default; }
.screen:focus::after {
    content: ''; position: absolute; inset: 0; pointer-events: none;
    box-shadow: inset 0 0 0 2px var(--accent);
}
canvas {
    --aspect: 1.3333;
    display: block;
    width: min(100cqw - 6px, (100cqh - 6px) * var(--aspect)); /* around it, the ring of the focus */
    aspect-ratio: var(--aspect);
}
canvas.plain { image-rendering: pixelated; }
.cover {
    position: absolute; inset: 0;
    display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 14px;
    background: radial-gradient(circle at 50% 40%, #23273a, #0c0d12);
    color: #e8eaf2;
    text-align: center;
}
.cover img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; opacity: .5; }
.cover > :not(img) { position: relative; }
.cover p { margin: 0; padding: 0 24px; max-width: 46ch; min-height: 1.4em; text-wrap: balance; }
.cover.error p { color: #ffb4ac; }
.cover progress { width: min(50%, 280px); height: 6px; accent-color: #8fa8ff; }
button {
    display: inline-flex; align-items: center; justify-content: center;
    min-width: 32px; height: 32px; padding: 0 9px;
    border: 0; border-radius: 6px;
    background: none; color: inherit; font: inherit; cursor: pointer;
}
button:hover:not(:disabled) { background: color-mix(in srgb, currentColor 10%, transparent); }
button:focus-visible, input:focus-visible, .serial:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
button:disabled { opacity: .35; cursor: default; }
button[aria-expanded=true] { color: var(--accent); }
svg { width: 20px; height: 20px; fill: currentColor; }
.cover .start {
    width: 84px; height: 84px; border-radius: 50%;
    background: #fff; color: #1c2030; box-shadow: 0 6px 30px #0006; transition: transform .15s;
}
.cover .start:hover { background: #fff; transform: scale(1.05); }
.cover .start svg { width: 40px; height: 40px; margin-left: 2px; }
.cover .choose { background: #fff; color: #1c2030; height: 42px; padding: 0 20px; font-weight: 500; }
.cover .choose:hover { background: #e8ebff; }
.cover button:focus-visible { outline: 3px solid #8fa8ff; outline-offset: 3px; }
.bar { display: flex; align-items: center; flex-wrap: wrap; gap: 2px; padding: 4px 6px; }
.bar button { font-size: 13px; }
.bar button:has(svg) { padding: 0 6px; }
.hint { flex: 1; padding: 0 8px; color: var(--muted); font-size: 13px; text-align: right; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.light { width: 8px; height: 8px; margin: 0 6px; border-radius: 50%; background: var(--line); }
.light[data-on=read] { background: #2fa84f; }
.light[data-on=write] { background: #e08a1e; }
.speed { min-width: 68px; color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; text-align: right; }
.news { position: relative; }
.news::after { content: ''; position: absolute; top: 4px; right: 4px; width: 7px; height: 7px; border-radius: 50%; background: var(--accent); }
.panel { border-top: 1px solid var(--line); margin: 0; }
.drives { padding: 6px 12px 10px; }
.drive { display: flex; align-items: center; flex-wrap: wrap; gap: 4px; padding: 2px 0; }
.drive .title { width: 92px; color: var(--muted); }
.medium { flex: 1; min-width: 90px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.medium.empty { color: var(--muted); }
.drive form { display: flex; gap: 6px; width: 100%; }
.drive input { flex: 1; min-width: 0; height: 30px; box-sizing: border-box; padding: 0 8px; border: 1px solid var(--line); border-radius: 6px; background: light-dark(#fff, #111317); color: inherit; font: inherit; }
.serial { height: 300px; overflow: auto; padding: 10px 12px; background: light-dark(#fff, #111317); font: 13px/1.35 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { margin: 0; padding: 8px 12px; border-top: 1px solid var(--line); color: var(--danger); }
:host(:fullscreen) { display: flex; flex-direction: column; border: 0; border-radius: 0; }
:host(:fullscreen) .stage { flex: 1; aspect-ratio: auto; min-height: 0; }
@container (max-width: 520px) {
    /* A line of its own, kept while it is empty: nothing may move under a finger that is about to click. */
    .hint { order: 1; flex-basis: 100%; min-height: 1.4em; text-align: start; }
    .light { margin-left: auto; }
    .speed { display: none; }
    .bar { gap: 0; }
    .bar button { min-width: 30px; padding: 0 5px; }
    .medium { flex-basis: calc(100% - 110px); }
}
@media (hover: none) { .hint { display: none; } .light { margin-left: auto; } }
@media (prefers-reduced-motion: reduce) { .cover .start { transition: none; } }
@media print { .bar, .panel { display: none; } }
`;

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements of a page, made when the first needs it. */
export function styleSheet(): CSSStyleSheet {
    if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
    }
    return sheet;
}
