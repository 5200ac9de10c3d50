import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { SECRET } from '../receiver.js';

type Options = Readonly<Record<string, unknown>>;

/** A sandbox and the official SDK. */
export class Bench {
  readonly client: PortOneClient;
  /** With an API secret that the sandbox does not know. */
  readonly stranger: PortOneClient;

  private constructor(readonly sandbox: PortOneSandbox) {
    this.client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    this.stranger = PortOneClient({ secret: 'another-secret', baseUrl: sandbox.url });
  }

  static async start(): Promise<Bench> {
    const sandbox = await PortOneSandbox.start({
      clock: new Date('2026-01-15T00:00:00Z'),
      seed: 1,
      channels: [
        { key: 'channel-1' },
        { key: 'channel-kcp', pgProvider: 'KCP_V2' },
        { key: 'channel-refusing', refuses: ['ISSUE_BILLING_KEY', 'ISSUE_CASH_RECEIPT'] },
        { key: 'channel-holding', refuses: ['DELETE_BILLING_KEY'] },
      ],
      channelGroups: [
        { id: 'group-refusing', channelKeys: ['channel-refusing', 'channel-refusing'] },
        { id: 'group-holding', channelKeys: ['channel-1', 'channel-holding'] },
      ],
    });
    return new Bench(sandbox);
  }

  /** For what the SDK cannot ask. */
  async get(path: string): Promise<unknown> {
    const headers = { authorization: `PortOne ${this.sandbox.apiSecret}` };
    const response = await fetch(`${this.sandbox.url}${path}`, { headers });
    return { data: await response.json() };
  }

  pay(paymentId: string, options: Parameters<PortOneSandbox['buyer']['pay']>[1] = {}) {
    return this.sandbox.buyer.pay(paymentId, { totalAmount: 1000, ...options });
  }

  async issueKey(options: Options = {}): Promise<string> {
    const { billingKeyInfo } = await this.client.payment.billingKey.issueBillingKey({
      channelKey: 'channel-1',
      method: { card: { credential: CREDENTIAL } },
      ...options,
    });
    return billingKeyInfo.billingKey;
  }

  async deletedKey(): Promise<string> {
    const billingKey = await this.issueKey();
    await this.client.payment.billingKey.deleteBillingKey({ billingKey });
    return billingKey;
  }

  async schedule(paymentId: string, billingKey?: string): Promise<string> {
    const { schedule } = await this.client.payment.paymentSchedule.createPaymentSchedule({
      paymentId,
      payment: { ...ORDER, billingKey: billingKey ?? (await this.issueKey()) },
      timeToPay: TOMORROW,
    });
    return schedule.id;
  }

  /** A payment whose cancel the provider has not settled yet. */
  async cancelRequested(paymentId: string): Promise<string> {
    await this.pay(paymentId);
    this.sandbox.faults.add({ fault: 'cancel-requested', count: 1 });
    const { cancellation } = await this.client.payment.cancelPayment({ paymentId, reason: 'x' });
    return (cancellation as { id: string }).id;
  }

  /** Webhooks go where nobody listens. */
  sendWebhooks(): void {
    this.sandbox.webhook = { url: 'http://127.0.0.1:9/', secret: SECRET };
  }
}

export const CREDENTIAL = { number: '4111111111111111', expiryYear: '30', expiryMonth: '12' };
export const ORDER = { orderName: 'A book', amount: { total: 1000 }, currency: 'KRW' as const };
export const TOMORROW = '2026-01-16T00:00:00Z';

/**
 * Calls an operation by its name, also with options that the SDK's types do not allow.
 *
 * @param operation - `payment.billingKey.issueBillingKey`
 */
export function call(client: PortOneClient, operation: string, options: Options): Promise<unknown> {
  const names = operation.split('.');
  const name = names.pop() ?? '';
  const area = names.reduce<unknown>((at, one) => (at as Options)[one], client);
  return (area as Record<string, (options: Options) => Promise<unknown>>)[name]!(options);
}
