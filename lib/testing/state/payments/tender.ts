import type { Sdk } from '../../../sdk.types.js';
import { describeCard, type SandboxCard } from './cards.js';

/** A means of payment that the SDK knows. */
export type KnownMethod = Extract<Sdk.Payment.PaymentMethod, { type: string }>;

/** What the buyer pays with, before anybody approved it. */
export interface Tender {
  readonly method: KnownMethod;
  /** The payment provider will refuse it. */
  readonly declined?: boolean;
  /** The payment provider will answer later, so the payment is `PAY_PENDING` until then. */
  readonly pending?: boolean;
}

export type MethodKind = (typeof KINDS)[KnownMethod['type']];

const KINDS = {
  PaymentMethodCard: 'CARD',
  PaymentMethodTransfer: 'TRANSFER',
  PaymentMethodVirtualAccount: 'VIRTUAL_ACCOUNT',
  PaymentMethodGiftCertificate: 'GIFT_CERTIFICATE',
  PaymentMethodMobile: 'MOBILE',
  PaymentMethodEasyPay: 'EASY_PAY',
  PaymentMethodConvenienceStore: 'CONVENIENCE_STORE',
  PaymentMethodCrypto: 'CRYPTO',
} as const satisfies Record<KnownMethod['type'], string>;

/** In the order in which PortOne names them. */
export const METHOD_KINDS: readonly MethodKind[] = [
  'CARD',
  'TRANSFER',
  'VIRTUAL_ACCOUNT',
  'GIFT_CERTIFICATE',
  'MOBILE',
  'EASY_PAY',
  'CONVENIENCE_STORE',
  'CRYPTO',
];

export function kindOf(method: Sdk.Payment.PaymentMethod): MethodKind | undefined {
  return KINDS[(method as KnownMethod).type];
}

/** The card of a payment, also that behind an easy payment. */
export function cardOf(method: Sdk.Payment.PaymentMethod | undefined): Sdk.Payment.PaymentMethodCard | undefined {
  const known = method as KnownMethod | undefined;
  if (known?.type === 'PaymentMethodCard') return known;
  if (known?.type !== 'PaymentMethodEasyPay') return undefined;
  return known.easyPayMethod?.type === 'PaymentMethodCard' ? known.easyPayMethod : undefined;
}

export interface CardTerms {
  /** 0 or 1: at once. */
  readonly installmentMonth?: number | undefined;
  readonly useFreeInterest?: boolean | undefined;
  readonly useCardPoint?: boolean | undefined;
}

export function cardTender(card: SandboxCard, terms: CardTerms = {}): Tender {
  const { installmentMonth: month, useFreeInterest = false, useCardPoint } = terms;
  const method: Sdk.Payment.PaymentMethodCard = {
    type: 'PaymentMethodCard',
    card: describeCard(card),
    ...(month !== undefined && { installment: { month, isInterestFree: useFreeInterest } }),
    ...(useCardPoint !== undefined && { pointUsed: useCardPoint }),
  };
  return { method, declined: card.declined };
}

/** The means of payment as it is shown once the provider has approved it. */
export function approved(method: KnownMethod, approvalNumber: string): KnownMethod {
  if (method.type === 'PaymentMethodCard') return { ...method, approvalNumber };
  const card = cardOf(method);
  if (method.type === 'PaymentMethodEasyPay' && card) return { ...method, easyPayMethod: { ...card, approvalNumber } };
  return method;
}
