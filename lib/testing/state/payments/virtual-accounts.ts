import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import { Refusal } from '../../http/refusal.js';
import type { Attempt, PaymentIn } from './attempt.js';
import { changed, fail, pgTxIdOf, readyOf, spendPromotion, succeed } from './charges.js';
import { LAST_INSTANT_MS } from '../../time/duration.js';
import type { Desk } from '../desk.js';
import { tellPayment } from './payment-webhooks.js';
import type { Tender } from './tender.js';

type VirtualAccount = Sdk.Payment.PaymentMethodVirtualAccount;

/** How long a deposit can be made, unless the request says. */
const DEFAULT_VALID_HOURS = 72;
const HOUR_MS = 3_600_000;

export interface AccountRequest {
  readonly bank: string;
  readonly expiresAtMs: number;
  readonly remitteeName: string | undefined;
  /** The account number that stays the same over payments; absent: a new one for this payment. */
  readonly fixedNumber: string | undefined;
}

/** When it ends: `validHours` from now, or at `dueDate`. */
export function readExpiry(expiry: Input | undefined, nowMs: number): number {
  const validHours = expiry?.optionalInteger('validHours', 1);
  const dueDate = expiry?.optionalInstant('dueDate');
  if (validHours !== undefined && dueDate !== undefined) expiry?.refuse('dueDate', 'and validHours exclude each other');
  if (dueDate !== undefined && dueDate <= nowMs) expiry?.refuse('dueDate', 'must be in the future');
  const expiresAtMs = dueDate ?? nowMs + (validHours ?? DEFAULT_VALID_HOURS) * HOUR_MS;
  if (expiresAtMs > LAST_INSTANT_MS) expiry?.refuse('validHours', 'must end before the year 10000');
  return expiresAtMs;
}

/** The number of an account that its owner has for good, by what the merchant calls it. */
export function readFixedNumber(desk: Desk, fixed: Input | undefined): string | undefined {
  const accountNumber = fixed?.optionalString('accountNumber');
  const pgAccountId = fixed?.optionalString('pgAccountId');
  if ((accountNumber === undefined) === (pgAccountId === undefined)) {
    fixed?.refuse('pgAccountId', 'or accountNumber is required, one of them');
  }
  return accountNumber ?? (pgAccountId && desk.random.digits(14, 'fixed-account', pgAccountId));
}

export function accountTender(desk: Desk, paymentId: string, request: AccountRequest): Tender {
  const { bank, expiresAtMs, remitteeName = 'Sandbox', fixedNumber } = request;
  const attempts = desk.payments.records.get(paymentId)?.attempts.length ?? 0;
  const method: VirtualAccount = {
    type: 'PaymentMethodVirtualAccount',
    bank,
    accountNumber: fixedNumber ?? desk.random.digits(14, 'account', paymentId, attempts),
    accountType: fixedNumber === undefined ? 'NORMAL' : 'FIXED',
    remitteeName,
    expiredAt: new Date(expiresAtMs).toISOString(),
  };
  return { method };
}

/** Opens the account; it is paid by {@link deposit}, and the attempt `FAILED` when its time is over. */
export function issueVirtualAccount(
  desk: Desk,
  attempt: Attempt,
  account: VirtualAccount,
): PaymentIn<'VIRTUAL_ACCOUNT_ISSUED'> {
  const ready = readyOf(attempt);
  const at = desk.clock.now();
  const { id: paymentId, transactionId } = ready;
  spendPromotion(desk, attempt, account);
  const { amount } = attempt.payment;
  const issued: PaymentIn<'VIRTUAL_ACCOUNT_ISSUED'> = {
    ...ready,
    ...changed(desk, attempt),
    status: 'VIRTUAL_ACCOUNT_ISSUED',
    amount,
    method: { ...account, issuedAt: at.toISOString() },
    pgTxId: pgTxIdOf(desk, attempt),
  };
  const validMs = Date.parse(account.expiredAt ?? '') - at.getTime();
  attempt.keepAccount = desk.schedule(Math.max(0, validMs), () => expire(desk, attempt));
  desk.payments.change(attempt, issued);
  const sum = amount.total - amount.discount;
  desk.ledger.executions.push({ at, kind: 'ISSUE_VIRTUAL_ACCOUNT', paymentId, transactionId, amount: sum });
  tellPayment(desk, 'Transaction.VirtualAccountIssued', attempt);
  return issued;
}

/**
 * The buyer's bank transfer.
 *
 * @throws Refusal for any other amount than the one to be paid: the bank takes no other
 */
export function deposit(
  desk: Desk,
  paymentId: string,
  given: { readonly amount: number | undefined; readonly remitterName: string | undefined },
): PaymentIn<'PAID'> {
  const { attempt, account } = waiting(desk, paymentId);
  const { total, discount } = attempt.payment.amount;
  const { amount = total - discount, remitterName } = given;
  if (amount !== total - discount) {
    throw new Refusal('INVALID_REQUEST', { message: `amount must be ${total - discount}: the bank takes no other.` });
  }
  const method = { ...account, ...(remitterName !== undefined && { remitterName }) };
  return succeed(desk, attempt, method, 'VIRTUAL_ACCOUNT_DEPOSIT');
}

/** Ends the account before its time. PortOne does not say what the payment is then: `FAILED` here. */
export function closeVirtualAccount(desk: Desk, paymentId: string): PaymentIn<'FAILED'> {
  const { attempt } = waiting(desk, paymentId);
  const { transactionId } = attempt.payment;
  const failed = fail(desk, attempt, failureOf('VIRTUAL_ACCOUNT_CLOSED', '가상계좌가 말소되었습니다.'));
  desk.ledger.executions.push({ at: desk.clock.now(), kind: 'CLOSE_VIRTUAL_ACCOUNT', paymentId, transactionId });
  return failed;
}

function expire(desk: Desk, attempt: Attempt): void {
  fail(desk, attempt, failureOf('VIRTUAL_ACCOUNT_EXPIRED', '가상계좌의 입금 기한이 지났습니다.'));
}

function failureOf(pgCode: string, message: string): Sdk.Payment.PaymentFailure {
  return { reason: message, pgCode, pgMessage: message };
}

function waiting(desk: Desk, paymentId: string): { attempt: Attempt; account: VirtualAccount } {
  const attempt = desk.payments.find(paymentId);
  const { status, method } = attempt.payment;
  if (status === 'VIRTUAL_ACCOUNT_ISSUED' && method?.type === 'PaymentMethodVirtualAccount') {
    return { attempt, account: method };
  }
  throw new Refusal('PAYMENT_NOT_WAITING_FOR_DEPOSIT', { message: `Payment ${paymentId} is ${status}.` });
}
