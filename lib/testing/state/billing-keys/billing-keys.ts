import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import { askChannels, refusalOf } from './billing-key-channels.js';
import { describeMethod, type BillingKeyMethod } from './billing-key-method.js';
import type { SandboxCard } from '../payments/cards.js';
import { REFUSED } from '../channels.js';
import type { Desk } from '../desk.js';
import { ListedMap } from '../lists/listed-map.js';

export type IssuedInfo = Sdk.Payment.BillingKey.IssuedBillingKeyInfo;
export type DeletedInfo = Sdk.Payment.BillingKey.DeletedBillingKeyInfo;

/** What a server, or the window, asks for. */
export interface BillingKeyRequest {
  readonly method: BillingKeyMethod;
  readonly channelKey: string | undefined;
  /** Each of its channels issues; the key is good where one of them did. */
  readonly channelGroupId: string | undefined;
  readonly customer: Sdk.Common.Customer;
  readonly customData: string | undefined;
  readonly noticeUrls: readonly string[];
  readonly platformType: 'API' | 'SDK_PC' | 'SDK_MOBILE';
  readonly issueId?: string | undefined;
  readonly issueName?: string | undefined;
}

/** A key that PortOne has numbered and nobody can use yet. */
export interface BillingKeyIssuance {
  readonly billingKey: string;
  readonly request: BillingKeyRequest;
  readonly requestedAt: string;
  readonly channels: readonly Sdk.Common.SelectedChannel[];
  readonly channelGroup: Sdk.Common.ChannelGroupSummary | undefined;
  readonly failed: boolean;
}

/** A key that was issued. */
export interface BillingKeyRecord {
  readonly info: IssuedInfo | DeletedInfo;
  readonly card: SandboxCard;
  readonly request: BillingKeyRequest;
}

/** The billing keys of one store. */
export class BillingKeys {
  readonly keys: ListedMap<BillingKeyRecord>;
  readonly #issuances = new Map<string, BillingKeyIssuance>();
  #drawn = 0;

  constructor(private readonly desk: Desk) {
    this.keys = new ListedMap(desk);
  }

  clear(): void {
    this.keys.clear();
    this.#issuances.clear();
    this.#drawn = 0;
  }

  /** Numbers a key; without a webhook. */
  open(request: BillingKeyRequest): BillingKeyIssuance {
    const { clock, random, world } = this.desk;
    const { channelGroupId } = request;
    const group = channelGroupId === undefined ? undefined : world.channels.findGroup(channelGroupId);
    const channels = group?.channels ?? [this.desk.channel(request.channelKey)];
    const billingKey = `billing-key-${random.uuid('billing-key', this.#drawn)}`;
    this.#drawn += 1;
    const requestedAt = clock.now().toISOString();
    const issuance = { billingKey, request, requestedAt, channels, channelGroup: group?.summary, failed: false };
    this.#issuances.set(billingKey, issuance);
    return issuance;
  }

  /** Tells that the window is open. */
  announce({ billingKey, request }: BillingKeyIssuance): void {
    this.#tell('BillingKey.Ready', billingKey, request);
  }

  /** @throws Refusal unless its window is open, or it waits for the merchant's server */
  findOpen(billingKey: string): BillingKeyIssuance {
    const issuance = this.#issuances.get(billingKey);
    if (issuance && !issuance.failed) return issuance;
    throw new Refusal('BILLING_KEY_NOT_FOUND', { message: `No window is open for a billing key ${billingKey}.` });
  }

  /**
   * A card that is declined is issued a key all the same: how else would a later charge fail.
   *
   * @throws Refusal where no channel issues; the key has failed then
   */
  issue(issuance: BillingKeyIssuance, card: SandboxCard): IssuedInfo {
    const { desk } = this;
    const { billingKey, request, requestedAt, channelGroup } = issuance;
    const { customData, issueId, issueName } = request;
    const { succeeded, failed } = askChannels(desk, issuance.channels, 'ISSUE_BILLING_KEY');
    if (succeeded.length === 0) {
      this.fail(issuance);
      throw refusalOf(issuance.channels, failed);
    }
    const at = desk.clock.now();
    const issuedAt = at.toISOString();
    const method = describeMethod(request.method, card);
    const info: IssuedInfo = {
      status: 'ISSUED',
      billingKey,
      merchantId: desk.merchantId,
      storeId: desk.storeId,
      methods: [method],
      channels: succeeded,
      customer: request.customer,
      ...(customData !== undefined && { customData }),
      ...(issueId !== undefined && { issueId }),
      ...(issueName !== undefined && { issueName }),
      requestedAt,
      issuedAt,
      ...(channelGroup && {
        channelGroup,
        pgBillingKeyIssueResponses: [
          ...succeeded.map((channel) => ({ type: 'ISSUED', channel, method }) as const),
          ...failed.map(
            (channel) => ({ type: 'FAILED', channel, failure: { ...REFUSED, failedAt: issuedAt } }) as const,
          ),
        ],
      }),
    };
    this.#issuances.delete(billingKey);
    desk.ledger.executions.push({ at, kind: 'ISSUE_BILLING_KEY', billingKey });
    this.#change('BillingKey.Issued', { info, card, request });
    return info;
  }

  /** The window was closed, or the provider refused. The key stays one that was not issued. */
  fail(issuance: BillingKeyIssuance): void {
    const { billingKey, request } = issuance;
    this.#issuances.set(billingKey, { ...issuance, failed: true });
    this.#tell('BillingKey.Failed', billingKey, request);
  }

  /** @throws Refusal unless it was issued */
  find(billingKey: string): BillingKeyRecord {
    const record = this.keys.get(billingKey);
    if (!record) throw new Refusal('BILLING_KEY_NOT_FOUND', { message: `There is no billing key ${billingKey}.` });
    return record;
  }

  /** Of a key that was issued. */
  isForTest(billingKey: string): boolean {
    return this.find(billingKey).info.channels.every(({ type }) => type === 'TEST');
  }

  /** @throws Refusal unless it was issued and not deleted */
  findUsable(billingKey: string): BillingKeyRecord & { info: IssuedInfo } {
    const record = this.find(billingKey);
    const { info } = record;
    if (info.status === 'ISSUED') return { ...record, info };
    throw new Refusal('BILLING_KEY_ALREADY_DELETED', { message: `It was deleted at ${info.deletedAt}.` });
  }

  /**
   * Where one of its channels refuses, it stays as it was.
   *
   * @param by - the buyer deletes it in the provider's own app, where nobody asks about schedules
   * @throws Refusal
   */
  delete(billingKey: string, by: 'merchant' | 'buyer'): DeletedInfo {
    const { desk } = this;
    if (this.#issuances.has(billingKey)) {
      throw new Refusal('BILLING_KEY_NOT_ISSUED', { message: `Billing key ${billingKey} was not issued.` });
    }
    const { info, ...record } = this.findUsable(billingKey);
    if (by === 'merchant') {
      desk.schedules.refuseDeletion(billingKey);
      const { failed } = askChannels(desk, info.channels, 'DELETE_BILLING_KEY');
      if (failed.length > 0) throw refusalOf(info.channels, failed);
    }
    const at = desk.clock.now();
    const deleted: DeletedInfo = { ...info, status: 'DELETED', deletedAt: at.toISOString() };
    desk.ledger.executions.push({ at, kind: 'DELETE_BILLING_KEY', billingKey });
    this.#change('BillingKey.Deleted', { ...record, info: deleted });
    if (by === 'merchant') desk.schedules.revokeAllOf(billingKey);
    return deleted;
  }

  /** The buyer registers another card behind the same key, in the provider's own app. */
  update(billingKey: string, card: SandboxCard): IssuedInfo {
    const { info, request } = this.findUsable(billingKey);
    const updated = { ...info, methods: [describeMethod(request.method, card)] };
    this.#change('BillingKey.Updated', { info: updated, card, request });
    return updated;
  }

  #change(type: 'BillingKey.Issued' | 'BillingKey.Updated' | 'BillingKey.Deleted', record: BillingKeyRecord): void {
    const { billingKey } = record.info;
    this.keys.set(billingKey, record);
    this.#tell(type, billingKey, record.request);
  }

  #tell(
    type: `BillingKey.${'Ready' | 'Issued' | 'Failed' | 'Deleted' | 'Updated'}`,
    billingKey: string,
    { noticeUrls }: BillingKeyRequest,
  ): void {
    const { clock, storeId, webhooks } = this.desk;
    const timestamp = clock.now().toISOString();
    webhooks.send({ type, timestamp, data: { billingKey, storeId } }, { noticeUrls });
    this.desk.tell('billing-key', billingKey);
  }
}
