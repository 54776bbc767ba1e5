// The names of the engines, as --engines and the results have them.
export const DEFAULT_ENGINES = ['native', 'qemu', 'v86', 'tabpc'];
export const CHROMIUM_ENGINES = ['v86-chromium', 'tabpc-chromium'];
export const ENGINE_NAMES = [...DEFAULT_ENGINES, ...CHROMIUM_ENGINES, 'v86-interpreter', 'tabpc-native'];
