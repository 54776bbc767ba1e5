// The list of drives: what is in each, and how to put in something else.
import { button, element } from './dom.ts';
import type { DriveName } from './protocol.ts';

const DRIVES: [DriveName, string][] = [
    ['fda', 'Floppy disk'],
    ['cdrom', 'CD-ROM'],
    ['hda', 'Hard disk'],
];

export interface DrivesActions {
    insert(drive: DriveName, what: File | string): void;
    eject(drive: DriveName): void;
}

export class DrivesPanel {
    readonly box = element('div', { class: 'panel drives', hidden: true });
    readonly #rows = new Map<DriveName, { name: HTMLElement; eject: HTMLButtonElement }>();

    constructor(actions: DrivesActions) {
        for (const [drive, title] of DRIVES) this.box.append(this.#row(drive, title, actions));
    }

    /** `names`: what is in each drive. A hard disk cannot leave a PC that is on. */
    show(names: ReadonlyMap<DriveName, string>, isOn: boolean): void {
        for (const [drive, { name, eject }] of this.#rows) {
            name.textContent = names.get(drive) ?? 'empty';
            name.classList.toggle('empty', !names.has(drive));
            eject.disabled = !names.has(drive) || (isOn && drive === 'hda');
        }
    }

    #row(drive: DriveName, title: string, actions: DrivesActions): HTMLElement {
        const name = element('span', { class: 'medium' });
        const eject = button('Eject', null, () => actions.eject(drive));
        const address = element('input', {
            type: 'url',
            placeholder: 'https://…',
            'aria-label': `Address of an image for: ${title}`,
        });
        const form = element('form', { hidden: true }, address, element('button', {}, 'Insert'));
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            if (!address.value) return;
            form.hidden = true;
            actions.insert(drive, address.value);
        });
        const openForm = button('Address…', null, () => {
            form.hidden = !form.hidden;
            if (!form.hidden) address.focus();
        });
        this.#rows.set(drive, { name, eject });
        return element(
            'div',
            { class: 'drive', 'data-drive': drive },
            element('span', { class: 'title' }, title),
            name,
            button('File…', null, () => pickFile((file) => actions.insert(drive, file))),
            openForm,
            eject,
            form,
        );
    }
}

export function pickFile(chosen: (file: File) => void): void {
    const input = element('input', { type: 'file' });
    input.addEventListener('change', () => {
        const file = input.files?.[0];
        if (file) chosen(file);
    });
    input.click();
}
