import type { INestApplication } from '@nestjs/common';
import {
  getPortOneToken,
  InMemoryRefundJournal,
  PaymentService,
  PortOneModule,
  RefundJournal,
  type PortOneModuleExtras,
} from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';
import { RecordingLogger } from './recording-logger.js';

/** Outlives the process, as far as the types can tell. */
class DurableJournal extends RefundJournal {
  readonly #memory = new InMemoryRefundJournal();

  find = this.#memory.find.bind(this.#memory);
  begin = this.#memory.begin.bind(this.#memory);
  update = this.#memory.update.bind(this.#memory);
  open = this.#memory.open.bind(this.#memory);
  ofPayment = this.#memory.ofPayment.bind(this.#memory);
}

describe('refundJournal', () => {
  let sandbox: PortOneSandbox;
  let app: INestApplication;
  beforeAll(async () => {
    sandbox = await PortOneSandbox.start();
  });
  afterEach(() => app.close());
  afterAll(() => sandbox.stop());

  const register = (extras: PortOneModuleExtras = {}) =>
    PortOneModule.forRoot({ apiSecret: sandbox.apiSecret, baseUrl: sandbox.url, environment: 'sandbox', ...extras });
  const refund = async (paymentId: string, payments = app.get(PaymentService)) => {
    await sandbox.buyer.pay(paymentId);
    return payments.refund({ paymentId, refundId: `refund-of-${paymentId}`, reason: '단순 변심' });
  };

  it('remembers the refunds of accounts apart', async () => {
    const journal = new DurableJournal();
    const refundJournal = { useFactory: () => journal };
    app = await start(application([register({ refundJournal }), register({ name: 'b', refundJournal })]));
    expect(app.get(RefundJournal)).toBe(journal);
    await refund('p-1');
    await refund('p-2', app.get(getPortOneToken(PaymentService, 'b')));
    expect(await journal.find('', 'refund-of-p-1')).toMatchObject({ state: 'SUCCEEDED', paymentId: 'p-1' });
    expect(await journal.find('b', 'refund-of-p-2')).toMatchObject({ state: 'SUCCEEDED', paymentId: 'p-2' });
    expect(await journal.find('', 'refund-of-p-2')).toBeNull();
  });

  it('refuses to start with what is no journal', async () => {
    app = await start(application([register()]));
    const wrong = { useFactory: () => ({}) as RefundJournal };
    await expect(start(application([register({ refundJournal: wrong })]))).rejects.toThrow('refundJournal');
  });

  it.each([
    ['production', {}, 1],
    ['production', { refundJournal: DurableJournal }, 0],
    ['development', {}, 0],
  ])('in %s, with %p: %s warning at the first refund', async (NODE_ENV, extras, expected) => {
    const logger = new RecordingLogger();
    await withEnvironment({ NODE_ENV }, async () => {
      app = await start(application([register(extras)]), logger);
      expect(logger.ofPortOne('warn').filter((line) => line.includes('journal'))).toEqual([]);
      await refund(`${NODE_ENV}-${expected}-1`);
      await refund(`${NODE_ENV}-${expected}-2`);
    });
    const warnings = logger.ofPortOne('warn').filter((line) => line.includes('Give refundJournal a durable one.'));
    expect(warnings).toHaveLength(expected);
  });
});
