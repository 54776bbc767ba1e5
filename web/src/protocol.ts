// The messages between the element and its machine, the same whether the machine runs in a worker or in the page.
// Calls have an answer; inputs have none; events come unasked. Every message carries the version it was written for.
export const PROTOCOL_VERSION = 1;

export const DRIVES = ['fda', 'fdb', 'hda', 'hdb', 'hdc', 'hdd', 'cdrom'] as const;
export type DriveName = (typeof DRIVES)[number];

/** What goes into a drive: bytes at hand, or an address to fetch them from. */
export type Medium = { name: string; blob: Blob } | { name: string; url: string };

export interface MachineOptions {
    memory: string; // QEMU's -m
    vga: string;
    boot?: string | undefined;
    kernel?: LinuxKernel | undefined; // started by itself, in place of what the drives hold
    drives: Partial<Record<DriveName, Medium>>;
}

/** QEMU's -kernel, -initrd and -append. */
export interface LinuxKernel {
    image: Medium;
    initrd?: Medium | undefined;
    append?: string | undefined;
}

export interface MachineSetup extends MachineOptions {
    module: WebAssembly.Module; // the core, compiled once for all machines of a page
    loader: string; // address of tabpc.mjs
    firmware: string; // address of the folder with the BIOS images, ending in a slash
    canvas: OffscreenCanvas | null; // null: pixels are sent as `picture` events
}

export interface QmpCommand {
    execute: string;
    arguments?: Record<string, unknown>;
}

export interface Calls {
    start(setup: MachineSetup): void;
    pause(): void;
    resume(): void;
    reset(): void;
    powerButton(): void;
    screenText(): string;
    qmp(command: QmpCommand): unknown;
    insert(drive: DriveName, medium: Medium): void;
    eject(drive: DriveName): void;
}
export type CallName = keyof Calls;

export type Input =
    | { type: 'key'; code: string; down: boolean } // KeyboardEvent.code
    | { type: 'release' } // every held key and button
    | { type: 'move'; dx: number; dy: number } // in guest pixels
    | { type: 'position'; x: number; y: number } // 0..1 of the picture
    | { type: 'buttons'; buttons: number } // MouseEvent.buttons
    | { type: 'wheel'; clicks: number } // > 0: towards the user
    | { type: 'serial'; port: number; data: Uint8Array }
    | { type: 'display'; width: number; height: number } // of the picture, in the display's pixels
    | { type: 'visible'; visible: boolean }; // false: nobody looks, the machine sleeps

export type RunState = 'running' | 'paused' | 'off';

export type MachineEvent =
    | { type: 'state'; state: RunState; status?: number } // status: what the process would return
    | { type: 'mode'; width: number; height: number; text: boolean } // 0x0: the display is off
    | {
          type: 'picture';
          x: number;
          y: number;
          width: number;
          height: number;
          pixels: Uint8ClampedArray<ArrayBuffer>;
      }
    | { type: 'serial'; port: number; data: Uint8Array }
    | { type: 'qmp'; event: { event: string; data?: Record<string, unknown> } }
    | { type: 'progress'; name: string; loaded: number; total: number | null }
    | { type: 'stats'; mips: number; leds: number; absolute: boolean }
    | { type: 'activity'; reading: boolean; writing: boolean } // of any drive, for the light
    | { type: 'notice'; text: string } // a sentence for the user
    | { type: 'fatal'; text: string }; // the machine is gone

export type ToMachine = { version: number } & (
    { id: number; call: CallName; args: unknown[] } | { input: Input }
);
export type FromMachine = { version: number } & (
    | { id: number; value: unknown }
    | { id: number; error: string }
    | { event: MachineEvent }
    | { hello: 'tabpc' }
);

/** What both a Worker and a MessagePort are. */
export interface Wire {
    postMessage(message: unknown, transfer?: Transferable[]): void;
    onmessage: ((event: MessageEvent) => void) | null;
}

/** The sentence for a message of another version, or null. Old copies of a script linger in caches. */
export function versionError(message: { version?: unknown }): string | null {
    if (message.version === PROTOCOL_VERSION) return null;
    return `The scripts of this page do not belong together (version ${PROTOCOL_VERSION} met ${message.version}): reload it.`;
}
