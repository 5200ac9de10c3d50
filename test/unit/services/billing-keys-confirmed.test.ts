import { BillingKeyService } from '../../../lib/services/billing-key.service.js';
import type { PortOneClient } from '../../../lib/client/portone-client.js';
import { BillingKeyNotConfirmedError } from '../../../lib/errors/billing-key-not-confirmed.error.js';
import { clientSettings } from '../../support/client-settings.js';

const NONE = 'NEEDS_CONFIRMATION';

/** A service on a client all of whose operations give this answer. */
function serviceWith(answer: unknown) {
  const operation = () => Promise.resolve(answer);
  const billingKey = new Proxy({}, { get: () => operation });
  const payment = { billingKey, getPayment: () => Promise.resolve({ status: 'PAID', billingKey: NONE }) };
  const client = { payment } as unknown as PortOneClient;
  return new BillingKeyService(client, clientSettings({ baseUrl: 'http://x' }));
}

describe('NEEDS_CONFIRMATION', () => {
  it.each([
    ['getBillingKeyInfo', { billingKey: NONE, status: 'ISSUED' }, {}],
    ['issueBillingKey', { billingKeyInfo: { billingKey: NONE } }, {}],
    ['confirmBillingKey', { billingKey: NONE }, {}],
    ['confirmBillingKeyIssueAndPay', { billingKey: NONE, paymentId: 'p' }, {}],
    ['approve', { billingKey: NONE }, { billingIssueToken: 't' }],
    [
      'approveAndPay',
      { billingKey: NONE, paymentId: 'p' },
      { billingIssueToken: 't', paymentId: 'p', totalAmount: 1, currency: 'KRW' },
    ],
  ] as const)('is never handed out by %s', async (method, answer, options) => {
    const call = serviceWith(answer)[method] as (options: object) => Promise<unknown>;
    await expect(call.call(serviceWith(answer), options)).rejects.toBeInstanceOf(BillingKeyNotConfirmedError);
  });

  it('is left out of lists', async () => {
    const items = [{ billingKey: 'key-1' }, { billingKey: NONE }, { billingKey: 'key-2' }];
    const service = serviceWith({ items, page: { number: 0, size: 100, totalCount: 3 } });
    const expected = [{ billingKey: 'key-1' }, { billingKey: 'key-2' }];
    expect((await service.getBillingKeyInfos()).items).toEqual(expected);
    const iterated: unknown[] = [];
    for await (const info of service.iterateBillingKeyInfos()) iterated.push(info);
    expect(iterated).toEqual(expected);
  });

  it('leaves other answers alone', async () => {
    const answer = { billingKey: 'key-1' };
    expect(await serviceWith(answer).confirmBillingKey({ billingIssueToken: 't' })).toBe(answer);
  });
});
