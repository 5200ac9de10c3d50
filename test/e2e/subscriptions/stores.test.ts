import { Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BillingKeyService,
  getPortOneToken,
  OnSubscription,
  PortOneModule,
  SubscriptionService,
  type SubscriptionCharged,
} from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { PLAN } from './subscribed.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

@Injectable()
class Memberships {
  readonly charged: number[] = [];

  @OnSubscription('charged', { account: 'second' })
  onCharged({ cycle }: SubscriptionCharged): void {
    this.charged.push(cycle);
  }
}

class AppModule {}

it('charges, reads and revokes in the store of the account, which need not be the first of its secret', async () => {
  const sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-20T00:00:00+09:00') });
  closing.push(() => sandbox.stop());
  const { ledger } = sandbox.addStore({ storeId: 'store-2' });
  const module = PortOneModule.forRoot({
    name: 'second',
    apiSecret: sandbox.apiSecret,
    storeId: 'store-2',
    baseUrl: sandbox.url,
    now: () => sandbox.clock.now(),
    webhook: { secrets: [`whsec_${Buffer.from('the secret of the second store').toString('base64')}`] },
  });
  const app = await NestFactory.create(
    { module: AppModule, imports: [module], providers: [Memberships] },
    { logger: false, abortOnError: false },
  );
  closing.push(() => app.close());
  await app.init();
  const keys = app.get<BillingKeyService>(getPortOneToken(BillingKeyService, 'second'));
  const subscriptions = app.get<SubscriptionService>(getPortOneToken(SubscriptionService, 'second'));
  const credential = { number: '4111 1111 1111 1111', expiryMonth: '12', expiryYear: '30' };
  const { billingKeyInfo } = await keys.issueBillingKey({ channelKey: 'c', method: { card: { credential } } });
  const { billingKey } = billingKeyInfo;

  await subscriptions.start({ subscriptionId: 's-1', plan: PLAN, billingKey });
  await sandbox.clock.advance({ days: 12 });
  await subscriptions.sweep();
  expect(app.get(Memberships).charged).toEqual([0]);
  const { attempts } = await subscriptions.cancel('s-1', { deleteBillingKey: true });
  expect(attempts.at(-1)).toMatchObject({ cycle: 1, state: 'REVOKED' });
  const { status } = await keys.getBillingKeyInfo({ billingKey, storeId: 'store-2' });
  expect(status).toBe('DELETED');
  await sandbox.clock.advance({ days: 60 });
  expect(ledger.executions.filter(({ kind }) => kind === 'CHARGE')).toHaveLength(1);
});
