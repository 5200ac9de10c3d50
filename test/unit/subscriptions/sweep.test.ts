import { Logger } from '@nestjs/common';
import { InMemorySubscriptionStore, SubscriptionService, type SubscriptionRecord } from 'nestjs-portone';

import { subscriptionCalendar } from '../../../lib/subscriptions/subscription-calendar.js';
import type { SubscriptionRunner } from '../../../lib/subscriptions/subscription-runner.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

const NOW = '2026-01-20T00:00:00.000Z';

/** A service whose runner takes on what it can: nothing of those that are broken, which stay due. */
async function withDue(count: number, isBroken: (id: string) => boolean) {
  const store = new InMemorySubscriptionStore();
  for (let index = 0; index < count; index += 1) {
    const subscriptionId = `s-${String(index).padStart(3, '0')}`;
    await store.create({ account: '', subscriptionId, version: 1, checkAt: NOW, attempts: [] } as unknown as Row);
  }
  const present = async () => ({ now: NOW, calendar: await subscriptionCalendar() });
  const advance = async (subscriptionId: string) => {
    const record = (await store.find('', subscriptionId))!;
    if (isBroken(subscriptionId)) throw new Error('it cannot be written');
    await store.replace({ ...record, version: 2, checkAt: null }, 1);
  };
  return new SubscriptionService({ account: '', store, present, advance } as unknown as SubscriptionRunner);
}
type Row = SubscriptionRecord;

it('takes on all that are due, though a hundred before them fail and stay due', async () => {
  const service = await withDue(250, (id) => id < 's-130');
  const { swept, failures } = await service.sweep();
  expect(swept).toBe(250);
  expect(failures).toHaveLength(130);
  expect(await service.sweep()).toMatchObject({ swept: 130 });
});

it('takes on no more than it may', async () => {
  const service = await withDue(250, (id) => id < 's-030');
  expect(await service.sweep({ limit: 120 })).toMatchObject({ swept: 120 });
  expect(await service.sweep()).toMatchObject({ swept: 160 });
});
