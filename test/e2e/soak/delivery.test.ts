import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import type { Faults } from '../../soak/delivery/audit.js';
import { BREAKAGES, type Breakage } from '../../soak/delivery/breakage.js';
import { INBOXES, type InboxKind } from '../../soak/delivery/terms.js';
import type { Verdict } from '../../soak/delivery/soak.js';
import { describeWhere } from '../../support/describe-where.js';
import { missingOwnPostgres } from '../../support/own-postgres.js';
import { missingOwnRedis } from '../../support/own-redis.js';

const RUN = fileURLToPath(new URL('../../soak/run.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly verdict: Verdict;
  /** What it found. */
  readonly told: string;
}

/** In processes of its own, as `npm run soak:delivery` does it. */
async function soak(inbox: InboxKind, options: Readonly<Record<string, string>>): Promise<Ended> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [RUN, 'delivery', '--inbox', inbox, '--seed', '7', ...args]);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [[code], out, told] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const last = out.trimEnd().split('\n').at(-1)!;
  if (!last.startsWith('{')) throw new Error(`The soak said no verdict: ${out}${told}`);
  return { code, verdict: JSON.parse(last) as Verdict, told };
}

/** What each that is broken on purpose must be noticed by, and the shop in which it is. */
const NOTICED: Readonly<Record<Breakage, readonly [keyof Faults, InboxKind, Readonly<Record<string, string>>]>> = {
  'no-redrive': ['lost', 'redis', { deliveries: '60', processes: '1', kills: '0' }],
  'ack-before-durable': ['lost', 'queue', { deliveries: '100', processes: '2', kills: '1' }],
  'no-lease': ['overlapping', 'redis', { deliveries: '100', processes: '2', kills: '0' }],
  'no-lease-renewal': ['overlapping', 'postgres', { deliveries: '100', processes: '2', kills: '0' }],
  'no-completion': ['doubled', 'postgres', { deliveries: '60', processes: '1', kills: '0' }],
};

// Longer runs, with any seed: `npm run soak:delivery`.
describeWhere(missingOwnPostgres ?? missingOwnRedis)('a soak of deliveries', () => {
  it.each(INBOXES)(
    'loses, doubles and overlaps nothing while processes and stores are killed: %s',
    async (inbox) => {
      const { code, verdict, told } = await soak(inbox, { deliveries: '300', processes: '3', kills: '1' });
      expect(told).not.toMatch(/lost:|doubled:|overlapping:/);
      expect(verdict).toMatchObject({ inbox, deliveries: 300, lost: 0, doubled: 0, overlapping: 0 });
      expect(verdict.kills).toBe(inbox === 'postgres' ? 4 : 5);
      expect(verdict.sent).toBeGreaterThan(330);
      expect(code).toBe(0);
    },
    300_000,
  );

  it('notices whatever is broken', async () => {
    const unnoticed = await Promise.all(
      BREAKAGES.map(async (breakage) => {
        const [fault, inbox, options] = NOTICED[breakage];
        const { code, verdict } = await soak(inbox, { ...options, break: breakage });
        return verdict[fault] > 0 && code === 1 ? [] : [breakage, verdict];
      }),
    );
    expect(unnoticed.flat()).toEqual([]);
  }, 300_000);
});
