// The interpreter beside v86's: the integer programs of the guest benchmark, in one run, both as wasm in the same node, both
// without translation. Prints CPU time per round of each program and the ratio v86 / tabpc (higher is better for us).
//
//     node_modules/.bin/node bench/interpreter.mjs [--rounds N]     after ./tabpc build; takes some minutes
//
// CPU time is the scheduler's, of all threads of the emulator's process, between two serial lines. Checksums must agree.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const top = path.join(import.meta.dirname, '..');
const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const rounds = Number(option('rounds', 2));
const guest = option('guest', path.join(top, 'build/guests/bench'));
const LAST = 'bigcode'; // the last of the integer programs
const append =
    `console=ttyS0,115200 rdinit=/init tsc=reliable mitigations=off random.trust_cpu=on quiet gb=all gbr=${rounds}`;

if (!existsSync(path.join(guest, 'vmlinuz'))) {
    console.error(`no benchmark guest in ${guest}: build it with bench/guest/build.sh ${guest}`);
    process.exit(1);
}

function cpuMilliseconds(pid) {
    let total = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
        try {
            total += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
        } catch {
            // the thread has just ended
        }
    }
    return total / 1e6;
}

/** Runs one emulator until the integer programs are done: {name: [{cpu, sum} per round]}. */
async function measure(command, args) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const results = {};
    let before = 0;
    for await (const raw of createInterface({ input: child.stdout })) {
        const line = raw.trim();
        if (!line.startsWith('@')) continue;
        const now = cpuMilliseconds(child.pid);
        const [, name, , , sum] = line.match(/^@R (\S+) (\d+) (\d+) (\S+)/) ?? [];
        if (name) {
            (results[name] ??= []).push({ cpu: now - before, sum });
            process.stderr.write(`  ${path.basename(command)} ${name} ${(now - before).toFixed(0)} ms\n`);
            if (name === LAST && results[name].length === rounds) break;
        } else {
            process.stderr.write(`  ${line} at ${(now / 1000).toFixed(1)} s of CPU time\n`);
        }
        before = now;
    }
    child.kill('SIGKILL');
    return results;
}

const images = ['-kernel', path.join(guest, 'vmlinuz'), '-initrd', path.join(guest, 'initrd.gz'), '-append', append];
const ours = await measure(path.join(top, 'build/wasm/qemu-system-i386'), [
    ...images, '-m', '256M', '-display', 'none', '-serial', 'stdio', '-no-reboot',
]);
const theirs = await measure(process.execPath, [path.join(import.meta.dirname, 'v86.mjs'), ...images, '--no-jit']);

const best = (rows) => Math.min(...rows.map((row) => row.cpu));
let product = 1;
let count = 0;
console.log('| program | v86 ms | tabpc ms | v86 / tabpc |\n| --- | --- | --- | --- |');
for (const [name, rows] of Object.entries(ours)) {
    const other = theirs[name];
    if (!other) continue;
    const ratio = best(other) / best(rows);
    const same = rows.every((row, n) => row.sum === other[n]?.sum);
    console.log(`| ${name} | ${best(other).toFixed(0)} | ${best(rows).toFixed(0)} | ${ratio.toFixed(2)} |` +
        (same ? '' : ' checksums differ!'));
    if (!same) process.exitCode = 1;
    product *= ratio;
    count++;
}
console.log(`| geometric mean of ${count} | | | ${(product ** (1 / count)).toFixed(2)} |`);
