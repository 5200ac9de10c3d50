import { PaymentReconciler, PaymentService, PaymentVerificationError } from 'nestjs-portone';

import { RecordingLogger } from '../module/recording-logger.js';
import { PLATFORMS } from '../../support/platforms.js';
import { startWebhookApp } from '../../support/webhook-app.js';
import { Orders } from './orders.js';
import { startSyncApp, type SyncApp } from './sync-app.js';

const channels = [{ key: 'live', type: 'LIVE' as const }, { key: 'test' }];
const adapter = PLATFORMS[0]![1];

let app: SyncApp;
afterEach(() => app.close());

async function startLogged(options: Parameters<typeof startSyncApp>[3] = {}): Promise<RecordingLogger> {
  const logger = new RecordingLogger();
  app = await startSyncApp(adapter, [Orders], { channels }, options);
  app.app.useLogger(logger);
  return logger;
}

const statusOf = async (paymentId: string) => (await app.app.get(PaymentService).getPayment({ paymentId })).status;

it('says once where a payment differs, before it is refunded', async () => {
  const logger = await startLogged();
  await app.sandbox.buyer.pay('a-1', { totalAmount: 10, channelKey: 'test' });
  await app.sandbox.settled();
  await app.sync.sync('a-1');
  expect(await statusOf('a-1')).toBe('CANCELLED');
  expect(logger.ofPortOne('error')).toEqual([
    'Payment a-1 (PAID) is no success of order a: mismatch. amount.total: expected 1000, got 10.',
  ]);
});

it('says once that an order was paid twice', async () => {
  const logger = await startLogged();
  for (const paymentId of ['a-1', 'a-2']) {
    await app.sandbox.buyer.pay(paymentId, { channelKey: 'test' });
    await app.sandbox.settled();
  }
  expect(await statusOf('a-2')).toBe('CANCELLED');
  expect(logger.ofPortOne('error')).toEqual(['Payment a-2 (PAID) is no success of order a: duplicate-charge.']);
});

describe('an environment that does not fit the channels', () => {
  it('refunds no LIVE payment, but fails until it is set right', async () => {
    const logger = await startLogged({ environment: 'sandbox' });
    await app.sandbox.buyer.pay('a-1', { channelKey: 'live' });
    await app.sandbox.settled();
    await expect(app.sync.sync('a-1')).rejects.toThrow(PaymentVerificationError);
    expect(await app.reconciler.run()).toMatchObject({ failed: [{ paymentId: 'a-1' }] });
    expect(await statusOf('a-1')).toBe('PAID');
    expect(logger.ofPortOne('error')).toContain(
      `Payment a-1 (PAID) is no success of order a: mismatch. channel.type: expected "TEST", got "LIVE". TEST is what environment 'sandbox' (PORTONE_ENV) expects: set 'production' where LIVE payments are taken.`,
    );
    const { apiSecret, storeId, url: baseUrl } = app.sandbox;
    const mended = await startWebhookApp(adapter, {
      providers: [Orders],
      ...{ apiSecret, storeId, baseUrl, now: () => app.sandbox.clock.now() },
      ...{ environment: 'production', syncOnWebhook: true },
    });
    try {
      expect(await mended.app.get(PaymentReconciler).run()).toMatchObject({ outcomes: { applied: 1 }, failed: [] });
      expect(mended.app.get(Orders).fulfilled).toEqual(['a with a-1']);
    } finally {
      await mended.app.close();
    }
  });

  it('refunds a TEST payment where LIVE ones are taken: anybody could make one', async () => {
    const logger = await startLogged({ environment: 'production' });
    await app.sandbox.buyer.pay('a-1', { channelKey: 'test' });
    await app.sandbox.settled();
    expect(await statusOf('a-1')).toBe('CANCELLED');
    expect(logger.ofPortOne('error')).toEqual([
      `Payment a-1 (PAID) is no success of order a: mismatch. channel.type: expected "LIVE", got "TEST". LIVE is what environment 'production' (PORTONE_ENV) expects: set 'sandbox' where TEST payments are taken.`,
    ]);
  });
});
