import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import { DEFAULT_BANK, readBrowserBank } from '../state/payments/banks.js';
import { readCard, type SandboxCard } from '../state/payments/cards.js';
import type { Desk } from '../state/desk.js';
import type { PaymentRequest } from '../state/payments/payment-request.js';
import { cardTender, type CardTerms, type Tender } from '../state/payments/tender.js';
import { accountTender, readExpiry, readFixedNumber } from '../state/payments/virtual-accounts.js';
import type { SandboxPayMethod } from './window-options.js';
import { PAY_METHODS } from './window-request.js';

const GIFT_CERTIFICATES: Readonly<Record<string, string>> = {
  BOOKNLIFE: 'BOOKNLIFE',
  SMART_MUNSANG: 'SMART_MUNSANG',
  CULTURELAND: 'CULTURELAND',
  CULTURE_GIFT: 'CULTUREGIFT',
};

/** What stands behind each number is asked of the card, whatever the means of payment: the declined one is declined. */
export function readTender(desk: Desk, request: PaymentRequest, window: Input, buyer: Input): Tender {
  const card = readBuyersCard(buyer);
  const ofCard = cardTender(card, { ...request, ...definedTerms(buyer) });
  const tender = tenderOf(desk, request, window, buyer, ofCard);
  const pending = buyer.optionalBoolean('pending') ?? tender.pending;
  return { ...tender, declined: card.declined, ...(pending !== undefined && { pending }) };
}

function tenderOf(desk: Desk, { customer }: PaymentRequest, window: Input, buyer: Input, ofCard: Tender): Tender {
  const paymentId = buyer.string('paymentId');
  const payMethod = window.optionalChoice('payMethod', PAY_METHODS) ?? 'CARD';
  const nowMs = desk.clock.nowMs();
  switch (payMethod) {
    case 'CARD':
      return ofCard;
    case 'VIRTUAL_ACCOUNT': {
      const account = window.optionalObject('virtualAccount');
      const fixed = account?.optionalObject('fixedOption');
      return accountTender(desk, paymentId, {
        bank: (account && readBrowserBank(account, 'bankCode')) ?? DEFAULT_BANK,
        expiresAtMs: readExpiry(account?.optionalObject('accountExpiry'), nowMs),
        remitteeName: undefined,
        fixedNumber: fixed && readFixedNumber(desk, fixed),
      });
    }
    case 'TRANSFER': {
      const transfer = window.optionalObject('transfer');
      return { method: transferOf((transfer && readBrowserBank(transfer, 'bankCode')) ?? DEFAULT_BANK) };
    }
    case 'MOBILE': {
      const phoneNumber = buyer.optionalString('phoneNumber') ?? customer.phoneNumber ?? '01000000000';
      return { method: { type: 'PaymentMethodMobile', phoneNumber } };
    }
    case 'GIFT_CERTIFICATE':
      return { method: giftCertificateOf(desk, paymentId, window.optionalObject('giftCertificate')) };
    case 'CONVENIENCE_STORE': {
      const deadline = window.optionalObject('convenienceStore')?.optionalObject('paymentDeadline');
      return { method: convenienceStoreOf(desk, paymentId, readExpiry(deadline, nowMs)), pending: true };
    }
    case 'CRYPTO':
      return { method: { type: 'PaymentMethodCrypto' } };
    case 'EASY_PAY':
    case 'PAYPAL':
    case 'ALIPAY':
    case 'ALIPAY_PLUS': {
      const provider = providerOf(payMethod, window.optionalObject('easyPay'));
      return { method: { type: 'PaymentMethodEasyPay', provider, easyPayMethod: easyPayMethodOf(buyer, ofCard) } };
    }
  }
}

function easyPayMethodOf(buyer: Input, ofCard: Tender): Sdk.Payment.PaymentMethodEasyPayMethod {
  const kind = buyer.optionalChoice('easyPayMethod', ['CARD', 'CHARGE', 'TRANSFER']) ?? 'CARD';
  if (kind === 'CHARGE') return { type: 'PaymentMethodEasyPayMethodCharge', bank: DEFAULT_BANK };
  if (kind === 'TRANSFER' || ofCard.method.type !== 'PaymentMethodCard') return transferOf(DEFAULT_BANK);
  return ofCard.method;
}

function transferOf(bank: string): Sdk.Payment.PaymentMethodTransfer {
  return { type: 'PaymentMethodTransfer', bank, accountNumber: '110-***-******' };
}

function giftCertificateOf(desk: Desk, paymentId: string, input: Input | undefined) {
  const given = input?.optionalString('giftCertificateType')?.replace('GIFT_CERTIFICATE_TYPE_', '') ?? 'CULTURELAND';
  const giftCertificateType = GIFT_CERTIFICATES[given];
  if (giftCertificateType === undefined) {
    input?.refuse('giftCertificateType', `must be one of ${Object.keys(GIFT_CERTIFICATES).join(', ')}`);
  }
  const approvalNumber = desk.random.digits(8, 'gift-certificate', paymentId);
  return {
    type: 'PaymentMethodGiftCertificate' as const,
    ...(giftCertificateType !== undefined && { giftCertificateType }),
    approvalNumber,
  };
}

function convenienceStoreOf(
  desk: Desk,
  paymentId: string,
  deadlineMs: number,
): Sdk.Payment.PaymentMethodConvenienceStore {
  return {
    type: 'PaymentMethodConvenienceStore',
    convenienceStoreBrand: 'SEVEN_ELEVEN',
    confirmationNumber: desk.random.digits(5, 'confirmation', paymentId),
    receiptNumber: desk.random.digits(12, 'store-receipt', paymentId),
    paymentDeadline: new Date(deadlineMs).toISOString(),
  };
}

function providerOf(payMethod: SandboxPayMethod, easyPay: Input | undefined): string {
  if (payMethod === 'PAYPAL') return 'PAYPAL';
  if (payMethod !== 'EASY_PAY') return 'ALIPAY';
  return easyPay?.optionalString('easyPayProvider')?.replace('EASY_PAY_PROVIDER_', '') ?? 'KAKAOPAY';
}

function readBuyersCard(buyer: Input): SandboxCard {
  const text = buyer.optionalString('card') ?? '4111 1111 1111 1111';
  return readCard(text) ?? buyer.refuse('card', 'must be a card number');
}

function definedTerms(buyer: Input): CardTerms {
  const installmentMonth = buyer.optionalInteger('installmentMonth', 0);
  return installmentMonth === undefined ? {} : { installmentMonth };
}
