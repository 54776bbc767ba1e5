// Where things are in this checkout.
import path from 'node:path';

export const top = path.join(import.meta.dirname, '..');
export const guestFolder = path.join(top, 'build/guests/bench'); // ./tabpc builds it there
export const resultsFile = path.join(top, 'build/bench/results.json');
export const performancePage = path.join(top, 'docs/performance.md');
export const performancePicture = path.join(top, 'docs/performance.svg');
