import type { Sdk } from '../../sdk.types.js';

/** What the buyer can pay with in the window. `PAYPAL`, `ALIPAY` and `ALIPAY_PLUS` are shown as easy payments. */
export type SandboxPayMethod =
  | 'CARD'
  | 'VIRTUAL_ACCOUNT'
  | 'TRANSFER'
  | 'MOBILE'
  | 'GIFT_CERTIFICATE'
  | 'EASY_PAY'
  | 'PAYPAL'
  | 'ALIPAY'
  | 'ALIPAY_PLUS'
  | 'CONVENIENCE_STORE'
  | 'CRYPTO';

/** Until when a virtual account, or a convenience store, takes the money: one of the two. */
export interface SandboxExpiry {
  validHours?: number;
  /** RFC 3339. */
  dueDate?: string;
}

/**
 * What a payment window is opened with, named as in the browser SDK's `PaymentRequest`. What else that has, such as
 * `redirectUrl`, may be there and changes nothing.
 */
export interface SandboxWindowRequest {
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
  /** @default 'CARD' */
  payMethod?: SandboxPayMethod;
  /** @default 'Sandbox order' */
  orderName?: string;
  /** As the browser SDK's `Customer`: `customerId`, `fullName`, `phoneNumber` … */
  customer?: object;
  /** An object is shown as its JSON. */
  customData?: string | object;
  channelKey?: string;
  channelGroupId?: string;
  /** Webhooks go there in place of the sandbox's own target. */
  noticeUrls?: readonly string[];
  /** Asked right before the approval; a refusal makes the attempt `FAILED`. */
  confirmUrl?: string;
  promotionId?: string;
  products?: readonly Sdk.Common.PaymentProduct[];
  isEscrow?: boolean;
  isCulturalExpense?: boolean;
  country?: string;
  virtualAccount?: {
    bankCode?: string;
    /** @default { validHours: 72 } */
    accountExpiry?: SandboxExpiry;
    fixedOption?: { pgAccountId?: string; accountNumber?: string };
    cashReceiptType?: string;
  };
  transfer?: { bankCode?: string; cashReceiptType?: string };
  mobile?: { carrier?: string };
  giftCertificate?: { giftCertificateType?: string };
  easyPay?: { easyPayProvider?: string; cashReceiptType?: string };
  convenienceStore?: { paymentDeadline?: SandboxExpiry };
  /** Whether the buyer sits at a computer. No part of the browser SDK's request. @default 'SDK_PC' */
  platformType?: 'SDK_PC' | 'SDK_MOBILE';
}

/** What `buyer.open` takes. */
export interface SandboxOpenOptions extends SandboxWindowRequest {
  /** As in the browser SDK: which cards, and instalments, the window offers. */
  card?: {
    cardCompany?: string;
    installment?: { monthOption?: { fixedMonth?: number } };
    useFreeInterestFromMall?: boolean;
    useCardPoint?: boolean;
  };
}

/** Where several windows of a payment are open: which of them. */
export interface SandboxWindowChoice {
  /** The `transactionId` that `buyer.open` answered. @default the one opened last */
  txId?: string;
}

/** What the buyer does in the window; the window's request too, where it is not open yet. */
export interface SandboxPayOptions extends SandboxWindowRequest, SandboxWindowChoice {
  /**
   * 4111 1111 1111 1112 is declined; 4111 1111 1111 1111, 5555 5555 5555 4444 and any other number that passes Luhn's
   * check succeed. Spaces and hyphens may part the digits. Also behind an easy payment.
   * @default '4111 1111 1111 1111'
   */
  card?: string;
  /** In so many monthly instalments. */
  installmentMonth?: number;
  /** What stands behind an easy payment. @default 'CARD' */
  easyPayMethod?: 'CARD' | 'CHARGE' | 'TRANSFER';
  /** Whose phone bill a mobile payment is put on. @default the customer's, else 010-0000-0000 */
  phoneNumber?: string;
  /** The provider answers later: the payment is `PAY_PENDING`, as at a convenience store always. @default false */
  pending?: boolean;
}

/** What `buyer.fail` takes. */
export interface SandboxFailOptions extends SandboxWindowRequest, SandboxWindowChoice {
  /** @default 'CARD_DECLINED' */
  pgCode?: string;
  pgMessage?: string;
  /** @default `pgMessage` */
  reason?: string;
}

/** What `buyer.deposit` takes. */
export interface SandboxDepositOptions {
  /** Another amount than the one to be paid is refused. @default the one to be paid */
  amount?: number;
  /** Who sends it. */
  remitterName?: string;
}

/** What the browser is given when the merchant's server has to approve: for `payment.confirmPayment`. */
export interface SandboxPaymentToken {
  paymentToken: string;
  /** The attempt's `transactionId`. */
  txId: string;
}

/** What a payment is once the buyer is through with the window. */
export type SandboxOutcome =
  | Sdk.Payment.PaidPayment
  | Sdk.Payment.FailedPayment
  | Sdk.Payment.VirtualAccountIssuedPayment
  | Sdk.Payment.PayPendingPayment;
