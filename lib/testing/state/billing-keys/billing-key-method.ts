import type { Sdk } from '../../../sdk.types.js';
import { describeCard, type SandboxCard } from '../payments/cards.js';

/** What the buyer registers; behind each stands a card, which is what a payment charges. */
export interface BillingKeyMethod {
  readonly type: 'CARD' | 'EASY_PAY' | 'MOBILE' | 'PAYPAL';
  /** Of `EASY_PAY`. */
  readonly easyPayProvider?: string | undefined;
  /** Of `MOBILE`. */
  readonly phoneNumber?: string | undefined;
}

/** As PortOne shows it. */
export function describeMethod(
  { type, easyPayProvider, phoneNumber }: BillingKeyMethod,
  card: SandboxCard,
): Sdk.Payment.BillingKey.BillingKeyPaymentMethod {
  const ofCard = { type: 'BillingKeyPaymentMethodCard', card: describeCard(card) } as const;
  if (type === 'MOBILE') return { type: 'BillingKeyPaymentMethodMobile', ...(phoneNumber && { phoneNumber }) };
  if (type === 'PAYPAL') return { type: 'BillingKeyPaymentMethodPaypal' };
  if (type === 'CARD') return ofCard;
  return {
    type: 'BillingKeyPaymentMethodEasyPay',
    ...(easyPayProvider && { provider: easyPayProvider }),
    method: ofCard,
  };
}
