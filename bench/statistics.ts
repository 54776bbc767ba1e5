// The two means of this benchmark: medians over rounds and runs, which one disturbed round cannot move, and geometric
// means over programs, which do not care which engine of a ratio is on top.

/** The middle of `values`, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    if (sorted.length % 2 === 1) return sorted[middle]!;
    return sorted.length === 0 ? NaN : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** NaN of nothing. */
export function geometricMean(values: readonly number[]): number {
    if (values.length === 0) return NaN;
    return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
