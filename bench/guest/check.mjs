// check.mjs LOG - compares the checksums in a serial log of the guest benchmark with expected.json.
//   node check.mjs LOG            a run of everything: exit status 0 if it ended and every sum is right
//   node check.mjs --part LOG     whatever the log holds: a run of one benchmark, or a native one
//   node check.mjs --write LOG…   writes expected.json from logs of the same rounds, which must agree
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const expectedFile = fileURLToPath(new URL('expected.json', import.meta.url));

// The sums of a log, by benchmark, one a round. Kernel messages and carriage returns may be in between.
export function sums(log) {
    const found = {};
    for (const [, name, round, sum] of log.matchAll(/^@R (\S+) (\d+) \d+ (\S+)/gm)) {
        found[name] ??= [];
        found[name][+round] = sum;
    }
    return found;
}

// What is wrong with a log, as sentences. A log may have fewer rounds than expected.json, not more.
export function differences(log, expected, { whole }) {
    const found = sums(log);
    if (Object.keys(found).length === 0) return ['no results in this log'];
    const wrong = [];
    for (const [name, rounds] of Object.entries(found)) {
        if (!(name in expected)) wrong.push(`${name}: not in expected.json`);
        else
            // Not forEach: a round whose line is missing counts as wrong.
            for (let round = 0; round < rounds.length; round++) {
                const right = expected[name][round] ?? 'no such round';
                if (rounds[round] !== right)
                    wrong.push(`${name}, round ${round}: ${rounds[round]}, expected ${right}`);
            }
    }
    if (whole) {
        for (const name of Object.keys(expected)) if (!(name in found)) wrong.push(`${name}: did not run`);
        if (!/^@S done/m.test(log)) wrong.push("the run did not reach '@S done'");
    }
    return wrong;
}

function write(logs) {
    const merged = {};
    for (const log of logs)
        for (const [name, rounds] of Object.entries(sums(log))) {
            if (merged[name] && merged[name].join() !== rounds.join())
                throw new Error(`the logs differ in ${name}: ${merged[name]} and ${rounds}`);
            merged[name] = rounds;
        }
    const rows = Object.entries(merged).map(([name, rounds]) => {
        const strings = rounds.map((sum) => JSON.stringify(sum)).join(', ');
        return `  ${JSON.stringify(name)}: [${strings}]`;
    });
    fs.writeFileSync(expectedFile, `{\n${rows.join(',\n')}\n}\n`);
    console.log(`expected.json: ${rows.length} benchmarks`);
}

function main(args) {
    const option = args[0]?.startsWith('--') ? args.shift() : '';
    if (args.length === 0 || !['', '--part', '--write'].includes(option)) {
        console.error('usage: node check.mjs [--part | --write] LOG…');
        return 2;
    }
    const logs = args.map((file) => fs.readFileSync(file, 'latin1').replaceAll('\r', ''));
    if (option === '--write') {
        write(logs);
        return 0;
    }
    const expected = JSON.parse(fs.readFileSync(expectedFile, 'utf8'));
    const wrong = logs.flatMap((log) => differences(log, expected, { whole: option === '' }));
    for (const line of wrong) console.error(line);
    if (wrong.length === 0)
        console.log(`${Object.keys(sums(logs.join('\n'))).length} benchmarks: every checksum is right`);
    return wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
