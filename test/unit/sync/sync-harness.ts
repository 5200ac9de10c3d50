import {
  InMemoryPaymentSyncStore,
  PaymentLock,
  type PaymentLockClaim,
  type PaymentSyncOpening,
  type PaymentSyncStore,
} from 'nestjs-portone';
import type { Payment } from '@portone/server-sdk/payment';

import type { AccountFlows } from '../../../lib/portone.stores.js';
import type { PaymentService } from '../../../lib/services/payment.service.js';
import type { BoundSyncHandler } from '../../../lib/sync/payment-sync.explorer.js';
import { PaymentSyncService } from '../../../lib/sync/payment-sync.service.js';
import type { ScopedHandlers } from '../../../lib/webhook/scoped-handlers.js';
import { clientSettings } from '../../support/client-settings.js';

/** A lock that is waited for without polling, and that can be taken from whoever has it. */
export class StealableLock extends PaymentLock {
  private fence = 0;
  private holder: number | undefined;
  private readonly waiting: (() => void)[] = [];

  async acquire(): Promise<PaymentLockClaim> {
    while (this.holder !== undefined) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.holder = ++this.fence;
    return { state: 'acquired', fence: this.fence };
  }

  renew(_key: string, fence: number): Promise<boolean> {
    return Promise.resolve(this.holder === fence);
  }

  release(_key: string, fence: number): Promise<void> {
    if (this.holder === fence) this.free();
    return Promise.resolve();
  }

  /** The lease ends while its holder is at work and does not know. */
  steal(): void {
    this.free();
  }

  private free(): void {
    this.holder = undefined;
    this.waiting.shift()?.();
  }
}

export interface Harness {
  readonly lock: PaymentLock;
  readonly store: PaymentSyncStore;
  read(paymentId: string): Promise<Payment>;
  readonly handler: Partial<BoundSyncHandler> & Pick<BoundSyncHandler, 'apply'>;
}

/** A process of the application. Several may share lock and store. */
export function processOf({ lock, store, read, handler }: Harness): PaymentSyncService {
  const payments = { getPayment: ({ paymentId }: { paymentId: string }) => read(paymentId) };
  const flows = { account: '', paymentLock: lock, paymentSyncStore: store };
  const scoped = { resolver: () => () => Promise.resolve({}) };
  const service = new PaymentSyncService(
    payments as unknown as PaymentService,
    clientSettings({ baseUrl: 'http://portone.test', storeId: 'store-1' }),
    flows as AccountFlows,
    scoped as unknown as ScopedHandlers,
  );
  const bound = { expect: undefined, onMismatch: undefined, onDuplicateCharge: undefined, ...handler };
  service.useHandler({ name: 'Test.apply', bind: () => Promise.resolve(bound) });
  return service;
}

/** Notes who opened and who wrote, by fence. */
export class RecordingStore extends InMemoryPaymentSyncStore {
  readonly log: { readonly did: 'open' | 'write'; readonly fence: number }[] = [];

  override async open(account: string, paymentId: string, fence: number): Promise<PaymentSyncOpening> {
    const opening = await super.open(account, paymentId, fence);
    if (opening.state === 'open') this.log.push({ did: 'open', fence });
    return opening;
  }

  override async write(...args: Parameters<InMemoryPaymentSyncStore['write']>): Promise<boolean> {
    const written = await super.write(...args);
    if (written) this.log.push({ did: 'write', fence: args[2] });
    return written;
  }
}

/** A payment as PortOne has it at a version: versions grow with `updatedAt`. */
export function paymentAt(status: string, version: number, more: object = {}): Payment {
  return {
    status,
    id: 'p',
    transactionId: 'tx-1',
    storeId: 'store-1',
    channel: { type: 'TEST' },
    currency: 'KRW',
    amount: { total: 1000, taxFree: 0, discount: 0, paid: status === 'PAID' ? 1000 : 0, cancelled: 0 },
    updatedAt: new Date(1_700_000_000_000 + version * 1000).toISOString(),
    disputes: [],
    ...more,
  } as unknown as Payment;
}

export function versionOf(payment: Payment): number {
  return (Date.parse((payment as { updatedAt: string }).updatedAt) - 1_700_000_000_000) / 1000;
}
