import { Injectable, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BillingKeyService,
  getPortOneToken,
  InMemorySubscriptionStore,
  OnSubscription,
  PortOneModule,
  SubscriptionService,
  type SubscriptionCharged,
} from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { SECRET } from '../../support/deliveries.js';
import { PLAN } from './subscribed.js';

const charged: string[] = [];

@Injectable({ scope: Scope.REQUEST })
class Memberships {
  readonly own = new Set<string>();

  @OnSubscription('charged', { account: 'b' })
  onCharged({ subscriptionId, cycle }: SubscriptionCharged): void {
    this.own.add(subscriptionId);
    charged.push(`${subscriptionId}/${cycle}/${this.own.size}`);
  }
}

@Injectable()
class OfNobody {
  @OnSubscription('charged', { account: 'c' })
  onCharged(): void {}
}

class AppModule {}
const store = new InMemorySubscriptionStore();
let sandbox: PortOneSandbox;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  charged.length = 0;
  sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-20T00:00:00+09:00') });
  closing.push(() => sandbox.stop());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startProcess(...providers: (typeof Memberships | typeof OfNobody)[]) {
  const module = PortOneModule.forRoot({
    name: 'b',
    apiSecret: sandbox.apiSecret,
    baseUrl: sandbox.url,
    now: () => sandbox.clock.now(),
    webhook: { secrets: [SECRET] },
    subscriptionStore: { useFactory: () => store },
  });
  const app = await NestFactory.create(
    { module: AppModule, imports: [module], providers },
    { logger: false, abortOnError: false },
  );
  closing.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  const subscriptions = app.get<SubscriptionService>(getPortOneToken(SubscriptionService, 'b'));
  const keys = app.get<BillingKeyService>(getPortOneToken(BillingKeyService, 'b'));
  return { app, subscriptions, keys };
}

it('charges once, whichever of two processes is asked, and by hooks of a named account', async () => {
  const [one, other] = [await startProcess(Memberships), await startProcess(Memberships)];
  sandbox.webhook = { url: `${await one.app.getUrl()}/webhook/portone/b`, secret: SECRET };
  const credential = { number: '4111 1111 1111 1111', expiryMonth: '12', expiryYear: '30' };
  const { billingKeyInfo } = await one.keys.issueBillingKey({ channelKey: 'c', method: { card: { credential } } });
  const { billingKey } = billingKeyInfo;
  const ids = ['s-1', 's-2', 's-3', 's-4'];
  const both = [one.subscriptions, other.subscriptions];
  await Promise.all(
    ids.flatMap((subscriptionId) => both.map((service) => service.start({ subscriptionId, plan: PLAN, billingKey }))),
  );
  for (let day = 0; day < 45; day += 1) {
    await Promise.all([
      ...both.map((service) => service.sweep()),
      ...both.map((service) => service.scheduleNext('s-1')),
    ]);
    await sandbox.clock.advance({ days: 1 });
  }
  const charges = sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE');
  expect(charges).toHaveLength(2 * ids.length);
  expect(new Set(charges.map(({ paymentId }) => paymentId)).size).toBe(charges.length);
  expect(sandbox.ledger.executions.filter(({ kind }) => kind === 'DECLINE')).toEqual([]);
  // A request-scoped provider is made for each event.
  expect(new Set(charged)).toEqual(new Set(ids.flatMap((id) => [`${id}/0/1`, `${id}/1/1`])));
});

it('does not start with a hook of an account that is not there', async () => {
  await expect(startProcess(OfNobody)).rejects.toThrow(
    'OfNobody.onCharged is told of subscriptions of the account "c", which no PortOneModule registers',
  );
});
