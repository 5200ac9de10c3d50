import type { Sdk } from '../../sdk.types.js';
import { Input } from '../http/input.js';
import { approve } from '../state/payments/approval.js';
import type { Attempt, KnownPayment } from '../state/payments/attempt.js';
import { DECLINE } from '../state/payments/cards.js';
import { fail, readyOf } from '../state/payments/charges.js';
import type { Desk } from '../state/desk.js';
import type { PaymentRequest } from '../state/payments/payment-request.js';
import type { Tender } from '../state/payments/tender.js';
import { deposit as depositMoney } from '../state/payments/virtual-accounts.js';
import type { SandboxPaymentToken } from './window-options.js';
import { PAY_METHODS, readCardOffer, readWindowRequest, WINDOW_FIELDS } from './window-request.js';
import { readTender } from './window-tender.js';

const BUYER_FIELDS = ['card', 'installmentMonth', 'easyPayMethod', 'phoneNumber', 'pending', 'approval'];
/** What the buyer picks in the window, whatever it was opened with. */
const PICKED_FIELDS = [
  ...['payMethod', 'virtualAccount', 'transfer', 'mobile', 'giftCertificate', 'easyPay', 'convenienceStore'],
];
const FAILURE_FIELDS = ['pgCode', 'pgMessage', 'reason'];

/** What PortOne's providers say of a window that was closed. */
const CLOSED = { pgCode: 'PAY_PROCESS_CANCELED', pgMessage: '사용자가 결제를 취소하였습니다.' } as const;

/** Opens the window, and leaves it open. */
export function open(desk: Desk, input: Input): Sdk.Payment.ReadyPayment {
  input.only(['paymentId', 'card', ...WINDOW_FIELDS]);
  const offer = readCardOffer(input.optionalObject('card'));
  const attempt = openWindow(desk, input, { ...readWindowRequest(desk, input), ...offer });
  attempt.window = input.pick(WINDOW_FIELDS);
  return desk.payments.complete(readyOf(attempt));
}

/** Goes on with the window that is open, else opens one. */
export async function pay(desk: Desk, input: Input): Promise<KnownPayment | SandboxPaymentToken> {
  input.only(['paymentId', 'txId', ...WINDOW_FIELDS, ...BUYER_FIELDS]);
  desk.payments.refusePaid(input.string('paymentId'));
  const approval = input.optionalChoice('approval', ['manual', 'automatic']);
  const opened = openedWindow(desk, input);
  const picked = input.pick(['paymentId', ...PICKED_FIELDS]);
  const window = opened ? new Input({ ...opened.window, ...picked }) : input;
  const request = opened?.request ?? readWindowRequest(desk, input);
  const tender = readTender(desk, request, window, input);
  const attempt = opened ?? openWindow(desk, input, request, tender);
  if (approval === 'manual') return awaitApproval(desk, attempt, tender);
  return desk.payments.complete(await approve(desk, attempt, tender));
}

/** The provider refuses. */
export function failPayment(desk: Desk, input: Input): Sdk.Payment.FailedPayment {
  input.only(['paymentId', 'txId', ...WINDOW_FIELDS, ...FAILURE_FIELDS]);
  const pgCode = input.optionalString('pgCode') ?? DECLINE.pgCode;
  const pgMessage = input.optionalString('pgMessage') ?? DECLINE.pgMessage;
  const reason = input.optionalString('reason') ?? pgMessage;
  const attempt = openedWindow(desk, input) ?? openWindow(desk, input, readWindowRequest(desk, input));
  return desk.payments.complete(fail(desk, attempt, { reason, pgCode, pgMessage }, { declined: true }));
}

/** PortOne does not say what an attempt is that the buyer gave up: `FAILED` here, with the provider's code for it. */
export function closeWindow(desk: Desk, input: Input): Sdk.Payment.FailedPayment {
  input.only(['paymentId', 'txId', ...WINDOW_FIELDS]);
  const attempt = openedWindow(desk, input) ?? openWindow(desk, input, readWindowRequest(desk, input));
  return desk.payments.complete(fail(desk, attempt, { reason: CLOSED.pgMessage, ...CLOSED }));
}

export function deposit(desk: Desk, input: Input): Sdk.Payment.PaidPayment {
  input.only(['paymentId', 'amount', 'remitterName']);
  const paid = depositMoney(desk, input.string('paymentId'), {
    amount: input.optionalInteger('amount', 1),
    remitterName: input.optionalString('remitterName'),
  });
  return desk.payments.complete(paid);
}

function openWindow(desk: Desk, input: Input, request: PaymentRequest, tender?: Tender): Attempt {
  input.optionalChoice('payMethod', PAY_METHODS);
  const attempt = desk.payments.open(input.string('paymentId'), request, tender);
  desk.payments.announce(attempt);
  return attempt;
}

/**
 * The window that is open: that of `txId`, else the one opened last.
 *
 * @throws Refusal for a request that does not agree with the one it was opened with, but for what the buyer picks
 */
function openedWindow(desk: Desk, input: Input): Attempt | undefined {
  const txId = input.optionalString('txId');
  const attempts = desk.payments.records.get(input.string('paymentId'))?.attempts ?? [];
  const attempt = attempts.findLast(
    ({ window, payment }) => window && (txId === undefined || payment.transactionId === txId),
  );
  if (txId !== undefined && !attempt) input.refuse('txId', 'must be that of a window that is open');
  for (const [name, value] of Object.entries(attempt ? input.pick(WINDOW_FIELDS) : {})) {
    if (!PICKED_FIELDS.includes(name) && JSON.stringify(value) !== JSON.stringify(attempt?.window?.[name])) {
      input.refuse(name, 'must be left out, or be as the window was opened with');
    }
  }
  return attempt;
}

function awaitApproval(desk: Desk, attempt: Attempt, tender: Tender): SandboxPaymentToken {
  const { transactionId: txId } = attempt.payment;
  const paymentToken = `payment-token-${desk.random.uuid('payment-token', txId)}`;
  attempt.awaitingApproval = { token: paymentToken, tender };
  delete attempt.window;
  return { paymentToken, txId };
}
