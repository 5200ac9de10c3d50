import { readCard } from '../../../lib/testing/state/payments/cards.js';
import { approved, cardOf, cardTender, kindOf, METHOD_KINDS } from '../../../lib/testing/state/payments/tender.js';

const card = (number: string) => readCard(number) ?? { number, declined: false };

describe('tenders', () => {
  it('shows the terms of a card, and whether it will be declined', () => {
    const tender = cardTender(card('4111111111111111'), { installmentMonth: 0, useCardPoint: false });
    expect(tender).toMatchObject({
      declined: false,
      method: { installment: { month: 0, isInterestFree: false }, pointUsed: false },
    });
    expect(cardTender(card('4111111111111112'))).toMatchObject({ declined: true });
    expect(cardTender(card('4111111111111111')).method).not.toHaveProperty('installment');
  });

  it('puts the approval number on the card, also behind an easy payment, and nowhere else', () => {
    const { method } = cardTender(card('4111111111111111'));
    expect(approved(method, '12345678')).toEqual({ ...method, approvalNumber: '12345678' });
    if (method.type !== 'PaymentMethodCard') throw new Error('not a card');
    const easy = { type: 'PaymentMethodEasyPay', provider: 'KAKAOPAY', easyPayMethod: method } as const;
    expect(cardOf(approved(easy, '1'))).toMatchObject({ approvalNumber: '1' });
    const mobile = { type: 'PaymentMethodMobile' } as const;
    expect(approved(mobile, '1')).toBe(mobile);
    expect(cardOf(mobile)).toBeUndefined();
    expect(cardOf({ ...easy, easyPayMethod: { type: 'PaymentMethodTransfer' } })).toBeUndefined();
  });

  it('knows the kind of each', () => {
    expect(kindOf({ type: 'PaymentMethodEasyPay' })).toBe('EASY_PAY');
    expect(new Set(METHOD_KINDS).size).toBe(8);
  });
});
