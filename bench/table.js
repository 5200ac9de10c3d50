// The bench's one table, and how its numbers are written.

/**
 * @typedef {object} Row
 * @property {string} what what was measured
 * @property {string} ours
 * @property {string} theirs the rival and its number
 * @property {number} ratio ours to theirs
 * @property {{ atLeast?: number, atMost?: number, unit?: string }} [aim] of the ratio; absent: for information
 * @property {string} [unit] of the ratio, 'x' unless given
 */

/** @param {Row} row */
export function isMet({ ratio, aim }) {
  return aim === undefined ? undefined : ratio >= (aim.atLeast ?? -Infinity) && ratio <= (aim.atMost ?? Infinity);
}

/** @param {Row[]} rows */
export function markdown(rows) {
  const lines = rows.map((row) => {
    const unit = row.unit ?? 'x';
    const met = { true: 'met', false: '**not met**', undefined: '' }[isMet(row)];
    const aim = row.aim === undefined ? '' : aimOf(row.aim, unit);
    return [row.what, row.ours, row.theirs, `${digits(row.ratio)}${unit}`, aim, met];
  });
  const all = [['measured', 'ours', 'against', 'ratio', 'aim', 'met'], ...lines];
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)));
  const written = all.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  written.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return written.join('\n');
}

function aimOf({ atLeast, atMost }, unit) {
  return atLeast === undefined ? `at most ${atMost}${unit}` : `at least ${atLeast}${unit}`;
}

function digits(ratio) {
  return Math.abs(ratio) >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

export const perSecond = (rate) => `${Math.round(rate).toLocaleString('en')}/s`;
export const microseconds = (us) => `${us.toFixed(us < 10 ? 2 : 1)} µs`;
export const milliseconds = (ms) => `${ms.toFixed(0)} ms`;
export const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
