import type { Input } from '../http/input.js';
import type { Desk } from '../state/desk.js';
import { readCard, type SandboxCard } from '../state/cards.js';
import type { PaymentRequest, Registration } from '../state/payments.js';

/** What the payment window is opened with, named as in the browser SDK, and the card that the buyer types in. */
export interface SandboxPayOptions {
  /**
   * 4111 1111 1111 1112 is declined; 4111 1111 1111 1111, 5555 5555 5555 4444 and any other number that passes Luhn's
   * check succeed. Spaces and hyphens may part the digits.
   * @default '4111 1111 1111 1111'
   */
  card?: string;
  /**
   * In the currency's minor unit. A browser can ask for any, which is why the server has to verify; only a
   * pre-registered amount cannot be departed from.
   * @default what was pre-registered, else 1000
   */
  totalAmount?: number;
  /** @default what was pre-registered, else 0 */
  taxFreeAmount?: number;
  /** @default an eleventh of the taxed amount */
  vatAmount?: number;
  /** @default what was pre-registered, else `KRW` */
  currency?: string;
  /** @default 'Sandbox order' */
  orderName?: string;
  customData?: string;
  channelKey?: string;
  /** Webhooks go there in place of the sandbox's own target. */
  noticeUrls?: readonly string[];
}

/** What the browser is given when the merchant's server has to approve: for `payment.confirmPayment`. */
export interface SandboxPaymentToken {
  paymentToken: string;
  /** The attempt's `transactionId`. */
  txId: string;
}

const FIELDS = [
  'paymentId',
  'card',
  'totalAmount',
  'taxFreeAmount',
  'vatAmount',
  'currency',
  'orderName',
  'customData',
  'channelKey',
  'noticeUrls',
  'approval',
];

/** @throws Refusal */
export function pay({ payments, random }: Desk, input: Input) {
  input.only(FIELDS);
  const paymentId = input.string('paymentId');
  const card = cardOf(input);
  const approval = input.optionalChoice('approval', ['manual', 'automatic']);
  const attempt = payments.open(paymentId, requestOf(input, payments.registration(paymentId)));
  payments.announce(attempt);
  if (approval !== 'manual') return payments.charge(attempt, card);
  const { transactionId: txId } = attempt.payment;
  const token = `payment-token-${random.uuid('payment-token', txId)}`;
  attempt.awaitingApproval = { token, card };
  return { paymentToken: token, txId };
}

function cardOf(input: Input): SandboxCard {
  const text = input.optionalString('card') ?? '4111 1111 1111 1111';
  return readCard(text) ?? input.refuse('card', 'must be a card number');
}

/** For a test to which the amount does not matter. */
const DEFAULT_AMOUNT = 1_000;

function requestOf(input: Input, registered: Registration | undefined): PaymentRequest {
  const total = input.optionalInteger('totalAmount', 1) ?? registered?.total ?? DEFAULT_AMOUNT;
  const taxFree = input.optionalInteger('taxFreeAmount', 0) ?? registered?.taxFree;
  const currency = input.optionalCurrency('currency') ?? registered?.currency ?? 'KRW';
  refuseOther(input, 'totalAmount', total, registered?.total);
  refuseOther(input, 'taxFreeAmount', taxFree, registered?.taxFree);
  refuseOther(input, 'currency', currency, registered?.currency);
  return {
    total,
    taxFree,
    vat: input.optionalInteger('vatAmount', 0),
    currency,
    orderName: input.optionalString('orderName') ?? 'Sandbox order',
    customer: {},
    customData: input.optionalString('customData'),
    channelKey: input.optionalString('channelKey'),
    billingKey: undefined,
    noticeUrls: input.optionalUrls('noticeUrls'),
  };
}

function refuseOther(
  input: Input,
  name: string,
  given: string | number | undefined,
  registered: string | number | undefined,
): void {
  if (registered !== undefined && given !== registered) {
    input.refuse(name, `must be ${registered}, as it was pre-registered`);
  }
}
