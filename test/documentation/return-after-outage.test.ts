import { readFileSync } from 'node:fs';

import { RESEND_MINUTES, seededRandom } from '../support/portone-schedule.js';

const PAGE = readFileSync('docs/scaling.md', 'utf8');
const OUTAGE_MINUTES = 60;
const DELIVERIES = 1_000_000;

/** Minutes after the outage at which each delivery that was told in it is first sent again; never is left out. */
function returns(): number[] {
  const random = seededRandom(7);
  const found: number[] = [];
  for (let one = 0; one < DELIVERIES; one += 1) {
    let at = random() * OUTAGE_MINUTES;
    for (const minutes of RESEND_MINUTES) {
      at += random() * minutes;
      if (at >= OUTAGE_MINUTES) {
        found.push(at - OUTAGE_MINUTES);
        break;
      }
    }
  }
  return found.sort((a, b) => a - b);
}

const RETURNS = returns();

/** In one minute, as a multiple of what is told in a minute. */
function inMinute(minute: number): number {
  const count = RETURNS.filter((at) => at >= minute - 1 && at < minute).length;
  return count / (DELIVERIES / OUTAGE_MINUTES);
}

it('says how what was told in an outage of an hour comes back', () => {
  const said =
    /in the first minute ([\d.]+) times as many as are told anew, in the fifth ([\d.]+) times, after half an hour ([\d.]+); half of all is back after (\d+) minutes/;
  const numbers = said.exec(PAGE)?.slice(1).map(Number);
  const half = RETURNS[Math.floor(RETURNS.length / 2)]!;
  expect(numbers).toEqual([...[1, 5, 31].map((minute) => Number(inMinute(minute).toFixed(1))), Math.round(half)]);
});
