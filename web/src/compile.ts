// The core, fetched and compiled once for all machines of a page. Nothing is fetched before the first asks.
import { missingFeature } from './errors.ts';

const compiled = new Map<string, Promise<WebAssembly.Module>>();

export function compileCore(base: URL): Promise<WebAssembly.Module> {
    const url = new URL('tabpc.wasm', base).href;
    let module = compiled.get(url);
    if (!module) {
        module = compile(url);
        compiled.set(url, module);
        module.catch(() => compiled.delete(url)); // the next start tries again
    }
    return module;
}

async function compile(url: string): Promise<WebAssembly.Module> {
    const missing = missingFeature();
    if (missing) throw new Error(missing);
    const { host } = new URL(url);
    let response: Response;
    try {
        response = await fetch(url);
    } catch {
        throw new Error(
            `The emulator could not be fetched: ${host} does not answer, or a policy forbids it.`,
        );
    }
    if (!response.ok)
        throw new Error(
            `The emulator could not be fetched from ${host}: tabpc.wasm gave ${response.status}.`,
        );
    try {
        // Hosts that do not know the type of a .wasm file make the streaming form fail.
        return response.headers.get('Content-Type')?.startsWith('application/wasm')
            ? await WebAssembly.compileStreaming(response)
            : await WebAssembly.compile(await response.arrayBuffer());
    } catch (error) {
        if (
            error instanceof WebAssembly.CompileError &&
            /wasm-unsafe-eval|Content Security Policy/.test(error.message)
        )
            throw new Error(
                "This page's security policy forbids WebAssembly: script-src needs 'wasm-unsafe-eval'.",
            );
        throw new Error(
            `The emulator's file tabpc.wasm is damaged or incomplete: ${(error as Error).message}`,
        );
    }
}
