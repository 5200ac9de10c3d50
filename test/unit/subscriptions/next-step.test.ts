import type { ScheduleId, SubscriptionAttempt, SubscriptionRecord } from 'nestjs-portone';

import { checkAt, nextStep } from '../../../lib/subscriptions/next-step.js';
import { resolvePlan } from '../../../lib/subscriptions/subscription-plan.js';

const NOW = '2026-01-20T00:00:00.000Z';
const DUE = '2026-01-31T00:00:00.000Z';
const scheduleId = 'schedule-1' as ScheduleId;

function attempt(given: Partial<SubscriptionAttempt> = {}): SubscriptionAttempt {
  return {
    cycle: 0,
    attempt: 0,
    paymentId: 'payment-1',
    billingKey: 'key-1',
    chargeAt: DUE,
    state: 'SCHEDULED',
    scheduleId,
    since: NOW,
    sentAt: NOW,
    ...given,
  };
}

function record(given: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    account: '',
    subscriptionId: 's-1',
    version: 1,
    status: 'ACTIVE',
    statusSince: NOW,
    plan: resolvePlan({
      interval: { unit: 'MONTH', count: 1 },
      anchorDate: '2026-01-31',
      amount: 1_000,
      currency: 'KRW',
      orderName: 'Membership',
    }),
    billingKey: 'key-1',
    payment: {},
    cycle: 0,
    begun: true,
    attempts: [attempt()],
    keysToDelete: [],
    surplus: [],
    events: [],
    checkAt: null,
    setbacks: 0,
    ...given,
  };
}

it.each<[string, Partial<SubscriptionRecord>, string, object]>([
  ['waits for a schedule to charge, and a little', {}, NOW, { kind: 'wait', until: '2026-01-31T00:05:00.000Z' }],
  ['looks when it should have charged', {}, '2026-01-31T00:05:00.000Z', { kind: 'look' }],
  ['makes an attempt where there is none', { attempts: [] }, NOW, { kind: 'change', change: { type: 'attempt' } }],
  [
    'makes none before the last one is through',
    { attempts: [attempt({ state: 'WAITING' })] },
    NOW,
    { kind: 'wait', until: DUE },
  ],
  ['pays when what waits is due', { attempts: [attempt({ state: 'WAITING' })] }, DUE, { change: { type: 'past-due' } }],
  ['revokes what is cancelled', { status: 'CANCELLED' }, NOW, { kind: 'revoke' }],
  ['revokes what another card takes over', { billingKey: 'key-2' }, NOW, { kind: 'revoke' }],
  [
    'asks for the schedule again to learn what to revoke',
    { status: 'CANCELLED', attempts: [attempt({ state: 'SCHEDULING' })] },
    NOW,
    { kind: 'schedule' },
  ],
  [
    'does not ask again where that could charge meanwhile',
    { status: 'CANCELLED', attempts: [attempt({ state: 'SCHEDULING' })] },
    '2026-01-30T23:59:30.000Z',
    { kind: 'search' },
  ],
  [
    'does not ask again once the key is over, but looks',
    { attempts: [attempt({ state: 'SCHEDULING' })] },
    '2026-01-20T03:00:00.000Z',
    { kind: 'search' },
  ],
  [
    'notes that it sends again, so that nobody takes it for settled',
    { attempts: [attempt({ state: 'PAYING' })] },
    '2026-01-20T00:05:00.000Z',
    { kind: 'change', change: { type: 'sending', paymentId: 'payment-1' } },
  ],
  [
    'pays nothing that is cancelled',
    { status: 'CANCELLED', attempts: [attempt({ state: 'PAYING' })] },
    NOW,
    { kind: 'look' },
  ],
  [
    'deletes no key that may be charged yet',
    {
      status: 'CANCELLED',
      keysToDelete: ['key-1'],
      attempts: [attempt({ processed: true, lookedAt: NOW })],
    },
    NOW,
    { kind: 'wait' },
  ],
  [
    'deletes a key once nothing is scheduled with it',
    { status: 'CANCELLED', keysToDelete: ['key-1'], attempts: [attempt({ state: 'REVOKED' })] },
    NOW,
    { kind: 'delete-key', billingKey: 'key-1' },
  ],
  ['refunds what is surplus', { status: 'PAUSED', attempts: [], surplus: ['payment-1'] }, NOW, { kind: 'refund' }],
  ['has nothing to do with one that is cancelled', { status: 'CANCELLED', attempts: [] }, NOW, { until: null }],
  [
    'watches a failed charge, for it may turn out paid',
    { status: 'LAPSED', attempts: [attempt({ state: 'FAILED' })] },
    NOW,
    { kind: 'wait', until: '2026-01-21T00:00:00.000Z' },
  ],
  [
    'watches it less and less',
    { status: 'LAPSED', attempts: [attempt({ state: 'FAILED', lookedAt: '2026-01-28T00:00:00.000Z' })] },
    '2026-01-28T00:00:00.000Z',
    { kind: 'wait', until: '2026-02-05T00:00:00.000Z' },
  ],
  [
    'watches it for sixty days',
    { status: 'LAPSED', attempts: [attempt({ state: 'FAILED', lookedAt: '2026-04-01T00:00:00.000Z' })] },
    '2026-04-01T00:00:00.000Z',
    { kind: 'wait', until: null },
  ],
])('%s', (_, given, now, step) => {
  expect(nextStep(record(given), now)).toMatchObject(step);
});

it('comes back in a minute where something is under way, and ever later after setbacks', () => {
  expect(checkAt(record(), NOW)).toBe('2026-01-31T00:05:00.000Z');
  expect(checkAt(record({ attempts: [] }), NOW)).toBe('2026-01-20T00:01:00.000Z');
  expect(checkAt(record({ attempts: [], setbacks: 3 }), NOW)).toBe('2026-01-20T00:08:00.000Z');
  expect(checkAt(record({ attempts: [], setbacks: 99 }), NOW)).toBe('2026-01-20T06:00:00.000Z');
  expect(checkAt(record({ status: 'CANCELLED', attempts: [] }), NOW)).toBeNull();
});

it('comes back for a charge in time, though a hook keeps throwing', () => {
  const almost = '2026-01-31T00:00:00.000Z';
  expect(checkAt(record({ setbacks: 9 }), almost)).toBe('2026-01-31T00:05:00.000Z');
});
