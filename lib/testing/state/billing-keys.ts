import type { Sdk } from '../../sdk.types.js';
import type { Desk } from './desk.js';
import { Refusal } from '../http/refusal.js';
import { describeCard, type SandboxCard } from './cards.js';

type IssuedInfo = Sdk.Payment.BillingKey.IssuedBillingKeyInfo;
type DeletedInfo = Sdk.Payment.BillingKey.DeletedBillingKeyInfo;

export interface BillingKeyRequest {
  readonly card: SandboxCard;
  readonly channelKey: string;
  readonly customer: Sdk.Common.Customer;
  readonly customData: string | undefined;
  readonly noticeUrls: readonly string[];
}

interface BillingKeyRecord {
  info: IssuedInfo | DeletedInfo;
  readonly card: SandboxCard;
  readonly noticeUrls: readonly string[];
}

/** The billing keys of one store. */
export class BillingKeys {
  readonly #records = new Map<string, BillingKeyRecord>();

  constructor(private readonly desk: Desk) {}

  clear(): void {
    this.#records.clear();
  }

  /** A card that is declined is issued a key all the same: how else would a later charge fail. */
  issue(request: BillingKeyRequest): IssuedInfo {
    const { desk } = this;
    const at = desk.clock.now();
    const now = at.toISOString();
    const info: IssuedInfo = {
      status: 'ISSUED',
      billingKey: `billing-key-${desk.random.uuid('billing-key', this.#records.size)}`,
      merchantId: desk.merchantId,
      storeId: desk.storeId,
      methods: [{ type: 'BillingKeyPaymentMethodCard', card: describeCard(request.card) }],
      channels: [desk.channel(request.channelKey)],
      customer: request.customer,
      ...(request.customData !== undefined && { customData: request.customData }),
      requestedAt: now,
      issuedAt: now,
    };
    const { billingKey } = info;
    const record = { info, card: request.card, noticeUrls: request.noticeUrls };
    this.#records.set(billingKey, record);
    desk.ledger.executions.push({ at, kind: 'ISSUE_BILLING_KEY', billingKey });
    this.#tell('BillingKey.Issued', record);
    return info;
  }

  find(billingKey: string): BillingKeyRecord {
    const record = this.#records.get(billingKey);
    if (!record) throw new Refusal('BILLING_KEY_NOT_FOUND', { message: `There is no billing key ${billingKey}.` });
    return record;
  }

  /** @throws Refusal unless it exists and was not deleted */
  findUsable(billingKey: string): BillingKeyRecord & { info: IssuedInfo } {
    const record = this.find(billingKey);
    const { info } = record;
    if (info.status === 'ISSUED') return { ...record, info };
    throw new Refusal('BILLING_KEY_ALREADY_DELETED', { message: `It was deleted at ${info.deletedAt}.` });
  }

  delete(billingKey: string): DeletedInfo {
    const { info } = this.findUsable(billingKey);
    const at = this.desk.clock.now();
    const deleted: DeletedInfo = { ...info, status: 'DELETED', deletedAt: at.toISOString() };
    const record = this.find(billingKey);
    record.info = deleted;
    this.desk.ledger.executions.push({ at, kind: 'DELETE_BILLING_KEY', billingKey });
    this.#tell('BillingKey.Deleted', record);
    return deleted;
  }

  #tell(type: 'BillingKey.Issued' | 'BillingKey.Deleted', { info, noticeUrls }: BillingKeyRecord): void {
    const { clock, storeId, webhooks } = this.desk;
    const timestamp = clock.now().toISOString();
    webhooks.send({ type, timestamp, data: { billingKey: info.billingKey, storeId } }, { noticeUrls });
  }
}
