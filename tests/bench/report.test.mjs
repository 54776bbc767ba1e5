// Tables, the picture, and the page of the documentation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updatePage } from '../../bench/docs.ts';
import { plot, ticks } from '../../bench/plot.ts';
import { report } from '../../bench/report.ts';
import { Summary } from '../../bench/summary.ts';
import { goalTable, machineTable, number, table } from '../../bench/tables.ts';
import { results } from './results.mjs';

const summary = new Summary(results({ native: 0.1, qemu: 3, v86: 6.2, tabpc: 2 }));

test('columns line up, numbers to the right', () => {
    assert.equal(
        table(['name', 'x'], [['a', '1'], ['long name', '12345']]),
        '| name      |     x |\n| --------- | ----: |\n| a         |     1 |\n| long name | 12345 |',
    ); // prettier-ignore
    assert.equal(table(['name', 'x'], []), '');
});

test('numbers have about two digits', () => {
    assert.deepEqual([0.043, 0.25, 1.26, 9.96, 12.4, 1234.5, null].map((value) => number(value)), [
        '0.04', '0.25', '1.3', '10', '12', '1235', '-',
    ]); // prettier-ignore
});

test('the table of goals', () => {
    const rows = goalTable(summary).split('\n');
    assert.match(rows[0], /v86 \/ tabpc +\| +QEMU \/ tabpc/);
    assert.match(rows[2], /^\| integer +\| +3\.1x \| +1\.5x \| +3x, QEMU 1x \| +5x \| +enough \|$/);
    assert.ok(!rows[0].includes('Chromium'));
    const both = new Summary(results({ v86: 6, tabpc: 2, 'v86-chromium': 6, 'tabpc-chromium': 12 }));
    assert.match(goalTable(both), /\| integer +\| +3\.0x \| +0\.50x \| +- \|.* worse than v86 \|/);
});

test('the table of machines: seconds, memory, and what share ran translated where that is known', () => {
    const rows = machineTable(summary)
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()));
    assert.deepEqual(rows[3].slice(1, -1), ['V86', '0.62 s', '12 s', '6.2 s', '106 MB', '6.2%', '-']);
    assert.deepEqual(rows[4].slice(1, -1), ['TABPC', '0.20 s', '4.0 s', '2.0 s', '102 MB', '2.0%', '25.0%']);
});

test('a report has every table', () => {
    const text = report(summary);
    for (const title of [
        'warm CPU time',
        'warm CPU time of V86 / of',
        'CPU time, cold / warm',
        'Linux guest, 256 MB',
        'CPU time, ms',
    ])
        assert.ok(text.includes(`| ${title} `), title);
    assert.match(text, /a CPU, 2 cores/);
});

test('the page keeps its own words and gets new tables', () => {
    const updated = updatePage('Before\n<!-- bench -->\nstale\n<!-- bench end -->\nAfter\n', summary);
    assert.match(
        updated,
        /^Before\n<!-- bench -->\n\n2026-01-01, a CPU[^]*\|\n\n<!-- bench end -->\nAfter\n$/,
    );
    assert.ok(updated.includes(goalTable(summary)) && updated.includes(machineTable(summary)));
    assert.ok(!updated.includes('stale'));
    assert.equal(updatePage(updated, summary), updated);
    assert.throws(() => updatePage('no such marks', summary), /no <!-- bench -->/);
});

test('ticks of a logarithmic axis cover what they must', () => {
    assert.deepEqual(ticks(0.5, 20), [0.5, 1, 2, 5, 10, 20]);
    assert.deepEqual(ticks(0.07, 3), [0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
});

test('the picture: a mark for each engine in each class, all inside, text escaped', () => {
    const made = results({ native: 0.1, v86: 6, tabpc: 2 });
    made.titles.tabpc = 'tab<pc>';
    const svg = plot(new Summary(made));
    assert.ok(svg.includes('tab&#60;pc&#62;') && !svg.includes('tab<pc>'));
    assert.equal((svg.match(/<circle/g) ?? []).length, 13 + 11 + 2); // native boots nothing; the legend
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
    for (const [, x, y] of svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g))
        assert.ok(Number(x) > 0 && Number(x) < Number(width) && Number(y) < Number(height), `${x}, ${y}`);
    assert.ok(!svg.includes('NaN'));
});
