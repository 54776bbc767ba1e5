// Small help with making elements: no templates, so that no page policy is in the way.

type Attributes = Record<string, string | boolean>;

export function element<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    attributes: Attributes = {},
    ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
        if (value !== false) made.setAttribute(name, value === true ? '' : value);
    made.append(...children);
    return made;
}

// Paths of 24 by 24 icons, drawn in the colour of the text.
const ICONS = {
    play: 'M8 5v14l11-7z',
    pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
    reset: 'M12 5V2L7.5 6 12 10V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
    power: 'M11 3h2v9h-2zM7.4 6.2l1.2 1.6a5.5 5.5 0 1 0 6.8 0l1.2-1.6a7.5 7.5 0 1 1-9.2 0z',
    disk: 'M5 3h11l3 3v15H5zM8 5v5h7V5zm4.5 1h1.5v3h-1.5zM8 13v6h8v-6z',
    serial: 'M3 5h18v14H3zm2 2v10h14V7zm1.5 2L8 8l3.5 4L8 16l-1.5-1 2.6-3zM12 14h5v1.8h-5z',
    full: 'M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z',
} as const;
export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', ICONS[name]);
    path.setAttribute('fill-rule', 'evenodd');
    svg.append(path);
    return svg;
}

export function button(text: string, name: IconName | null, action: () => void): HTMLButtonElement {
    const made = element('button', { type: 'button', ...(name && { 'aria-label': text, title: text }) });
    made.append(name ? icon(name) : text);
    made.addEventListener('click', action);
    return made;
}
