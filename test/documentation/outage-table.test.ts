import { readFileSync } from 'node:fs';

import { RESEND_MINUTES, shareThatNeverComes } from '../support/portone-schedule.js';

const PAGE = readFileSync('docs/delivery.md', 'utf8');
const ROWS = [...PAGE.matchAll(/^\| (\d+) (minutes|hours?) \| ([\d.]+) % \|$/gm)];

it.each(
  ROWS.map(([, number, unit, share]) => [`${number} ${unit}`, Number(number) * (unit === 'minutes' ? 1 : 60), share]),
)('after an outage of %s never comes what the page says', (_outage, minutes, share) => {
  const percent = 100 * shareThatNeverComes(Number(minutes), { seed: 7, deliveries: 1_000_000 });
  // A million deliveries say it to a tenth.
  expect(Math.abs(percent - Number(share))).toBeLessThan(0.15);
});

it('speaks of half an hour, one hour and four, and of how long PortOne tries', () => {
  expect(ROWS.map(([, number, unit]) => `${number} ${unit}`)).toEqual(
    expect.arrayContaining(['30 minutes', '1 hour', '4 hours']),
  );
  const longest = RESEND_MINUTES.reduce((sum, minutes) => sum + minutes, 0);
  expect(PAGE).toContain(`after ${Math.floor(longest / 60)} hours and ${longest % 60} minutes at the latest`);
  expect(PAGE).toContain(
    `after ${Math.floor(longest / 120)} hours and ${Math.round((longest / 2) % 60)} minutes on average`,
  );
});
