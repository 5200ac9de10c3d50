import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import type { BillingKeyIssuance, BillingKeyRequest } from '../state/billing-keys/billing-keys.js';
import { readCard, type SandboxCard } from '../state/payments/cards.js';
import { readBrowserCustomer } from '../state/customer.js';
import type { Desk } from '../state/desk.js';

/**
 * What the window for a billing key is opened with, named as in the browser SDK. What else that has, such as
 * `redirectUrl`, may be there and changes nothing.
 */
export interface SandboxBillingKeyWindow {
  /** @default the store's first */
  channelKey?: string;
  /** In place of a channel: each of the group issues. */
  channelGroupId?: string;
  /** Behind each kind stands a card, which payments charge. @default 'CARD' */
  billingKeyMethod?: 'CARD' | 'EASY_PAY' | 'MOBILE' | 'PAYPAL';
  /** @default none is shown */
  easyPay?: { easyPayProvider?: string };
  customer?: object;
  issueId?: string;
  issueName?: string;
  /** An object is shown as its JSON. */
  customData?: string | object;
  /** Webhooks go there in place of the sandbox's own target. */
  noticeUrls?: readonly string[];
  /** @default 'SDK_PC' */
  platformType?: 'SDK_PC' | 'SDK_MOBILE';
}

/** As {@link SandboxBillingKeyWindow}, or the `billingKey` of a window that is open, and what the buyer does in it. */
export interface SandboxIssueBillingKeyOptions extends SandboxBillingKeyWindow {
  /** Of a window that `openBillingKey` opened; nothing else of the window may be given then. */
  billingKey?: string;
  /**
   * Any card number; 4111 1111 1111 1112 is issued a key too, and each payment with it is declined.
   * @default '4111 1111 1111 1111'
   */
  card?: string;
}

/** What the browser is given when the merchant's server has to approve. */
export interface SandboxBillingIssueToken {
  /** In place of the key, until it is confirmed: never to be stored. */
  billingKey: 'NEEDS_CONFIRMATION';
  /** For `confirmBillingKey`, or `confirmBillingKeyIssueAndPay`. */
  billingIssueToken: string;
}

const WINDOW_FIELDS = [
  ...['channelKey', 'channelGroupId', 'billingKeyMethod', 'easyPay', 'customer', 'issueId', 'issueName'],
  ...['customData', 'noticeUrls', 'platformType'],
  // The browser's own affair, or the provider's: they change nothing here.
  ...['storeId', 'displayAmount', 'currency', 'mobile', 'paypal', 'windowType', 'redirectUrl', 'forceRedirect'],
  ...['locale', 'offerPeriod', 'appScheme', 'productType', 'bypass', 'popup', 'iframe'],
];

/** @throws Refusal */
export function openBillingKey({ billingKeys }: Desk, input: Input): { billingKey: string } {
  input.only(WINDOW_FIELDS);
  const issuance = billingKeys.open(readBillingKeyWindow(input));
  billingKeys.announce(issuance);
  return { billingKey: issuance.billingKey };
}

/** @throws Refusal */
export function issueBillingKey(
  desk: Desk,
  input: Input,
): Sdk.Payment.BillingKey.IssuedBillingKeyInfo | SandboxBillingIssueToken {
  input.only([...WINDOW_FIELDS, 'billingKey', 'card', 'approval']);
  const card = readBuyersCard(input);
  const approval = input.optionalChoice('approval', ['manual', 'automatic']);
  const issuance = issuanceOf(desk, input);
  return approval === 'manual' ? awaitConfirmation(desk, issuance, card) : desk.billingKeys.issue(issuance, card);
}

/** @throws Refusal */
export function failBillingKey(desk: Desk, input: Input): { billingKey: string } {
  input.only([...WINDOW_FIELDS, 'billingKey']);
  const issuance = issuanceOf(desk, input);
  desk.billingKeys.fail(issuance);
  return { billingKey: issuance.billingKey };
}

/** In the provider's own app. @throws Refusal */
export function updateBillingKey({ billingKeys }: Desk, input: Input): Sdk.Payment.BillingKey.IssuedBillingKeyInfo {
  input.only(['billingKey', 'card']);
  return billingKeys.update(input.string('billingKey'), readBuyersCard(input));
}

/** In the provider's own app. @throws Refusal */
export function deleteBillingKey({ billingKeys }: Desk, input: Input): Sdk.Payment.BillingKey.DeletedBillingKeyInfo {
  input.only(['billingKey']);
  return billingKeys.delete(input.string('billingKey'), 'buyer');
}

function awaitConfirmation(
  { billingKeyConfirmations }: Desk,
  issuance: BillingKeyIssuance,
  card: SandboxCard,
): SandboxBillingIssueToken {
  return { billingKey: 'NEEDS_CONFIRMATION', billingIssueToken: billingKeyConfirmations.await(issuance, card) };
}

export function readBuyersCard(input: Input): SandboxCard {
  const text = input.optionalString('card') ?? '4111 1111 1111 1111';
  return readCard(text) ?? input.refuse('card', 'must be a card number');
}

function issuanceOf({ billingKeys }: Desk, input: Input): BillingKeyIssuance {
  const billingKey = input.optionalString('billingKey');
  if (billingKey !== undefined) {
    input.only(['billingKey', 'card', 'approval']);
    return billingKeys.findOpen(billingKey);
  }
  const issuance = billingKeys.open(readBillingKeyWindow(input));
  billingKeys.announce(issuance);
  return issuance;
}

function readBillingKeyWindow(input: Input): BillingKeyRequest {
  const customer = readBrowserCustomer(input.optionalObject('customer'));
  const easyPay = input.optionalObject('easyPay');
  return {
    method: {
      type: input.optionalChoice('billingKeyMethod', ['CARD', 'EASY_PAY', 'MOBILE', 'PAYPAL']) ?? 'CARD',
      easyPayProvider: easyPay?.optionalString('easyPayProvider')?.replace('EASY_PAY_PROVIDER_', ''),
      phoneNumber: customer.phoneNumber,
    },
    channelKey: input.optionalString('channelKey'),
    channelGroupId: input.optionalString('channelGroupId'),
    customer,
    customData: input.optionalJson('customData'),
    noticeUrls: input.optionalUrls('noticeUrls'),
    platformType: input.optionalChoice('platformType', ['SDK_PC', 'SDK_MOBILE']) ?? 'SDK_PC',
    issueId: input.optionalString('issueId'),
    issueName: input.optionalString('issueName'),
  };
}
