import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import type { Desk } from '../desk.js';
import { ListedMap } from '../lists/listed-map.js';

type IssuedReceipt = Sdk.Payment.CashReceipt.IssuedCashReceipt;
type CancelledReceipt = Sdk.Payment.CashReceipt.CancelledCashReceipt;
type FailedReceipt = Sdk.Payment.CashReceipt.IssueFailedCashReceipt;
export type KnownCashReceipt = IssuedReceipt | CancelledReceipt | FailedReceipt;

export interface CashReceiptRequest {
  readonly paymentId: string;
  readonly channelKey: string | undefined;
  readonly type: 'PERSONAL' | 'CORPORATE';
  readonly orderName: string;
  readonly currency: string;
  readonly total: number;
  readonly taxFree: number | undefined;
  readonly vat: number | undefined;
  /** Asked for by itself, not along with a payment. */
  readonly isManual: boolean;
}

/** The cash receipts of one store: one for a payment id, which need not be that of a payment here. */
export class CashReceipts {
  readonly receipts: ListedMap<KnownCashReceipt>;
  /** How many were issued for each payment id: ids are drawn for it. */
  readonly #issued = new Map<string, number>();

  constructor(private readonly desk: Desk) {
    this.receipts = new ListedMap(desk);
  }

  clear(): void {
    this.receipts.clear();
    this.#issued.clear();
  }

  /**
   * After a cancelled or failed one another may be issued; it takes the place of that.
   *
   * @returns one that failed where the payment provider refuses
   */
  issue(request: CashReceiptRequest): IssuedReceipt | FailedReceipt {
    const { desk } = this;
    const { paymentId, orderName, isManual, taxFree, vat } = request;
    if (this.receipts.get(paymentId)?.status === 'ISSUED') {
      throw new Refusal('CASH_RECEIPT_ALREADY_ISSUED', { message: `Payment ${paymentId} has a cash receipt.` });
    }
    const channel = desk.channel(request.channelKey);
    const at = desk.clock.now();
    const now = at.toISOString();
    const common = {
      merchantId: desk.merchantId,
      storeId: desk.storeId,
      paymentId,
      channel,
      orderName,
      isManual,
      statusUpdatedAt: now,
    };
    if (desk.world.channels.refuses(channel.key, 'ISSUE_CASH_RECEIPT')) {
      return this.#put({ status: 'ISSUE_FAILED', ...common });
    }
    const before = this.#issued.get(paymentId) ?? 0;
    this.#issued.set(paymentId, before + 1);
    const pgReceiptId = desk.random.uuid('cash-receipt', paymentId, before);
    const receipt: IssuedReceipt = {
      status: 'ISSUED',
      ...common,
      amount: request.total,
      ...(taxFree !== undefined && { taxFreeAmount: taxFree }),
      ...(vat !== undefined && { vatAmount: vat }),
      currency: request.currency,
      type: request.type,
      pgReceiptId,
      issueNumber: desk.random.digits(9, 'cash-receipt', paymentId, before),
      url: `https://cash-receipt.invalid/${pgReceiptId}`,
      issuedAt: now,
    };
    desk.ledger.executions.push({ at, kind: 'ISSUE_CASH_RECEIPT', paymentId, amount: request.total });
    return this.#put(receipt);
  }

  find(paymentId: string): KnownCashReceipt {
    const receipt = this.receipts.get(paymentId);
    if (receipt) return receipt;
    throw new Refusal('CASH_RECEIPT_NOT_FOUND', { message: `Payment ${paymentId} has no cash receipt.` });
  }

  /** @throws Refusal unless it is issued */
  cancel(paymentId: string): CancelledReceipt {
    const receipt = this.find(paymentId);
    if (receipt.status !== 'ISSUED') {
      throw new Refusal('CASH_RECEIPT_NOT_ISSUED', { message: `That of payment ${paymentId} is ${receipt.status}.` });
    }
    const at = this.desk.clock.now();
    const now = at.toISOString();
    const cancelled: CancelledReceipt = { ...receipt, status: 'CANCELLED', cancelledAt: now, statusUpdatedAt: now };
    this.desk.ledger.executions.push({ at, kind: 'CANCEL_CASH_RECEIPT', paymentId, amount: receipt.amount });
    return this.#put(cancelled);
  }

  /** As a payment shows it; one that could not be issued is not shown. */
  ofPayment(
    paymentId: string,
  ): Sdk.Payment.IssuedPaymentCashReceipt | Sdk.Payment.CancelledPaymentCashReceipt | undefined {
    const receipt = this.receipts.get(paymentId);
    if (receipt === undefined || receipt.status === 'ISSUE_FAILED') return undefined;
    const { type, pgReceiptId, issueNumber, taxFreeAmount, currency, url, issuedAt } = receipt;
    const common = {
      ...(type !== undefined && { type }),
      ...(pgReceiptId !== undefined && { pgReceiptId }),
      issueNumber,
      totalAmount: receipt.amount,
      ...(taxFreeAmount !== undefined && { taxFreeAmount }),
      currency,
      ...(url !== undefined && { url }),
      issuedAt,
    };
    return receipt.status === 'ISSUED'
      ? { status: 'ISSUED', ...common }
      : { status: 'CANCELLED', ...common, cancelledAt: receipt.cancelledAt };
  }

  #put<R extends KnownCashReceipt>(receipt: R): R {
    this.receipts.set(receipt.paymentId, receipt);
    this.desk.tell('cash-receipt', receipt.paymentId);
    return receipt;
  }
}
