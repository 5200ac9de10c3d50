import type { ClientSettings } from '../../../lib/client/client.settings.js';
import type { PortOneClient } from '../../../lib/client/portone-client.js';
import { PaymentVerificationError } from '../../../lib/errors/payment-verification.error.js';
import { PaymentService } from '../../../lib/services/payment.service.js';
import { PlatformService } from '../../../lib/services/platform.service.js';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import * as services from '../../../lib/services/index.js';
import { clientSettings } from '../../support/client-settings.js';

const PAID = {
  status: 'PAID',
  id: 'p-1',
  transactionId: 't-1',
  storeId: 'store-1',
  channel: { type: 'TEST', key: 'channel-1' },
  amount: { total: 1000, taxFree: 0, cancelled: 0 },
  currency: 'KRW',
  promotionId: 'promotion-1',
};

/** A service on a client whose one payment is the given. */
function serviceWith(payment: unknown, settings: Partial<ClientSettings> = {}) {
  const calls: unknown[][] = [];
  const getPayment = (...args: unknown[]) => (calls.push(args), Promise.resolve(payment));
  const client = { payment: { getPayment } } as unknown as PortOneClient;
  return { calls, service: new PaymentService(client, clientSettings({ baseUrl: 'http://x', ...settings })) };
}

async function mismatches(payment: unknown, expected = {}, settings: Partial<ClientSettings> = {}) {
  const { service } = serviceWith(payment, settings);
  try {
    await service.verifyPayment('p-1', { totalAmount: 1000, currency: 'KRW', ...expected });
    return [];
  } catch (error) {
    if (!(error instanceof PaymentVerificationError)) throw error;
    return error.mismatches.map(({ field }) => field);
  }
}

describe('verifyPayment', () => {
  it('gives back the payment that is as expected', async () => {
    const { service, calls } = serviceWith(PAID);
    const signal = new AbortController().signal;
    expect(await service.verifyPayment('p-1', { totalAmount: 1000, currency: 'KRW' }, { signal })).toBe(PAID);
    expect(calls).toEqual([[{ paymentId: 'p-1' }, { signal }]]);
    const all = {
      storeId: 'store-1',
      channelKey: 'channel-1',
      transactionId: 't-1',
      taxFreeAmount: 0,
      promotionId: 'promotion-1',
    };
    expect(
      await mismatches(PAID, { ...all, channelType: 'TEST' }, { storeId: 'other', environment: 'production' }),
    ).toEqual([]);
    expect(await mismatches({ ...PAID, cancellations: [{ status: 'FAILED' }] })).toEqual([]);
  });

  it.each<[string, object, object, Partial<ClientSettings>]>([
    ['id', { id: 'P-1' }, {}, {}],
    ['status', { status: 'VIRTUAL_ACCOUNT_ISSUED' }, {}, {}],
    ['status', { status: 'SOMETHING_NEW' }, {}, {}],
    ['amount.total', { amount: { ...PAID.amount, total: 999 } }, {}, {}],
    ['amount.total', { amount: { ...PAID.amount, total: '1000' } }, {}, {}],
    ['currency', { currency: 'USD' }, {}, {}],
    ['amount.cancelled', { amount: { ...PAID.amount, cancelled: 1 } }, {}, {}],
    ['cancellations', { cancellations: [{ status: 'REQUESTED' }] }, {}, {}],
    ['cancellations', { cancellations: [{ status: 'FAILED' }, { status: 'SUCCEEDED' }] }, {}, {}],
    ['cancellations', { cancellations: [{ status: 'SOMETHING_NEW' }] }, {}, {}],
    ['storeId', {}, {}, { storeId: 'store-2' }],
    ['storeId', {}, { storeId: 'store-2' }, { storeId: 'store-1' }],
    ['channel.type', {}, {}, { environment: 'production' }],
    ['channel.type', { channel: { type: 'LIVE', key: 'channel-1' } }, {}, {}],
    ['channel.type', { channel: undefined }, {}, {}],
    ['channel.type', {}, { channelType: 'LIVE' }, {}],
    ['channel.key', {}, { channelKey: 'channel-2' }, {}],
    ['transactionId', {}, { transactionId: 't-2' }, {}],
    ['amount.taxFree', {}, { taxFreeAmount: 1 }, {}],
    ['promotionId', {}, { promotionId: 'promotion-2' }, {}],
  ])('finds a wrong %s', async (field, payment, expected, settings) => {
    expect(await mismatches({ ...PAID, ...payment }, expected, settings)).toEqual([field]);
  });

  it('lists every difference, also of an answer that lacks nearly everything', async () => {
    expect(await mismatches({ status: 'SOMETHING_NEW' })).toEqual([
      'id',
      'status',
      'amount.total',
      'currency',
      'amount.cancelled',
      'channel.type',
    ]);
    expect(await mismatches({ ...PAID, amount: null, cancellations: 7, channel: null })).toHaveLength(4);
  });

  it('asks in the store that is expected', async () => {
    const { service, calls } = serviceWith(PAID);
    await service.verifyPayment('p-1', { totalAmount: 1000, currency: 'KRW', storeId: 'store-1' });
    expect(calls).toEqual([[{ paymentId: 'p-1', storeId: 'store-1' }, undefined]]);
  });

  it.each([1.5, -1, NaN, Infinity, 2 ** 53, '1000', 1000n, undefined, null])(
    'refuses %p as an amount',
    async (amount) => {
      const { service, calls } = serviceWith(PAID);
      const wrong = { totalAmount: amount as number, currency: 'KRW' };
      await expect(service.verifyPayment('p-1', wrong)).rejects.toBeInstanceOf(TypeError);
      if (amount !== undefined) {
        const taxFree = { totalAmount: 1, currency: 'KRW', taxFreeAmount: amount as number };
        await expect(service.verifyPayment('p-1', taxFree)).rejects.toBeInstanceOf(TypeError);
      }
      expect(calls).toEqual([]);
    },
  );

  it('refuses a payment id or an expectation that is none', async () => {
    const { service } = serviceWith(PAID);
    const expected = { totalAmount: 1000, currency: 'KRW' };
    for (const id of ['', undefined as unknown as string]) {
      await expect(service.verifyPayment(id, expected)).rejects.toBeInstanceOf(TypeError);
    }
    await expect(service.verifyPayment('p', undefined as never)).rejects.toBeInstanceOf(TypeError);
    await expect(service.verifyPayment('p', { totalAmount: 1, currency: '' })).rejects.toBeInstanceOf(TypeError);
  });
});

describe('services', () => {
  it('have every operation of the SDK once, as methods that call the client', async () => {
    const seen: string[] = [];
    const client: Record<string, unknown> = {};
    for (const { name } of OPERATIONS) {
      const names = name.split('.');
      const method = names.pop()!;
      let area = client;
      for (const part of names) area = (area[part] ??= {}) as Record<string, unknown>;
      area[method] = (...args: unknown[]) => (seen.push(name), Promise.resolve(args));
    }
    for (const Service of Object.values(services)) {
      const service = new Service(client as unknown as PortOneClient, clientSettings({ baseUrl: 'http://x' }));
      const proto = Object.getPrototypeOf(Service.prototype) as Record<
        string,
        (...args: unknown[]) => Promise<unknown>
      >;
      for (const method of Object.getOwnPropertyNames(proto).filter((name) => name !== 'constructor')) {
        expect(proto[method]!.name).toBe(method);
        expect(await proto[method]!.call(service, { a: 1 }, { timeoutMs: 2 })).toEqual([{ a: 1 }, { timeoutMs: 2 }]);
      }
      if (service instanceof PlatformService)
        expect(service.partner).toBe((client['platform'] as { partner: unknown }).partner);
    }
    const below = OPERATIONS.filter(({ name }) => /^platform\.\w+\.|^auth\./.test(name)).map(({ name }) => name);
    expect([...seen, ...below].sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
  });

  it('show no secret', () => {
    const { service } = serviceWith(PAID);
    expect(JSON.stringify(service)).not.toContain('secret');
  });
});
