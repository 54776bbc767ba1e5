// Medians and geometric means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { geometricMean, median } from '../../bench/statistics.ts';

test('the median is the middle one, or between the two in the middle, whatever the order', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([10, 9, 100]), 10); // by number, not as text
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
    assert.ok(Number.isNaN(median([])));
});

test('the geometric mean of a ratio and of its inverse are each other’s inverse', () => {
    assert.ok(Math.abs(geometricMean([1, 4]) - 2) < 1e-12);
    assert.ok(Math.abs(geometricMean([2, 3, 5]) * geometricMean([1 / 2, 1 / 3, 1 / 5]) - 1) < 1e-12);
    assert.ok(Number.isNaN(geometricMean([])));
});
