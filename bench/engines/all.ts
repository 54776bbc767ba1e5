// Every engine by its name (names.ts).
import type { Engine } from './engine.ts';
import { native } from './native.ts';
import { tabpcChromium, v86Chromium } from './chromium.ts';
import { qemu, tabpcNative, tabpcNode, v86Interpreter, v86Node } from './programs.ts';

export const ENGINES: ReadonlyMap<string, Engine> = new Map(
    [native, qemu, v86Node, tabpcNode, v86Chromium, tabpcChromium, v86Interpreter, tabpcNative].map(
        (engine) => [engine.name, engine],
    ),
);
