import type { Sdk } from '../../../sdk.types.js';

/** The card number that is declined; it fails Luhn's check, so it is known before that is made. */
const DECLINED = '4111111111111112';

/** What the payment provider says of the declined card. */
export const DECLINE = { pgCode: 'CARD_DECLINED', pgMessage: '한도초과 또는 거절된 카드입니다.' } as const;

/** A card that the sandbox's payment provider takes, or declines. */
export interface SandboxCard {
  readonly number: string;
  readonly declined: boolean;
}

/**
 * @param text - digits, also in groups parted by spaces or hyphens
 * @returns `undefined` for what is no card number: 13 to 19 digits that pass Luhn's check
 */
export function readCard(text: string): SandboxCard | undefined {
  const number = text.replace(/[ -]/g, '');
  if (number === DECLINED) return { number, declined: true };
  return /^\d{13,19}$/.test(number) && passesLuhn(number) ? { number, declined: false } : undefined;
}

/** As PortOne shows it: never the whole number. */
export function describeCard({ number }: SandboxCard): Sdk.Common.Card {
  const brand = brandOf(number);
  return {
    publisher: 'SANDBOX_CARD',
    issuer: 'SANDBOX_CARD',
    ...(brand && { brand }),
    type: 'CREDIT',
    ownerType: 'PERSONAL',
    bin: number.slice(0, 6),
    name: 'Sandbox card',
    number: `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`,
  };
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const digit = Number(number[number.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const BRANDS: readonly [RegExp, Sdk.Common.CardBrand][] = [
  [/^4/, 'VISA'],
  [/^(5[1-5]|2[2-7])/, 'MASTER'],
  [/^3[47]/, 'AMEX'],
  [/^35/, 'JCB'],
  [/^3[0689]/, 'DINERS'],
  [/^62/, 'UNIONPAY'],
  [/^9/, 'LOCAL'],
];

function brandOf(number: string): Sdk.Common.CardBrand | undefined {
  return BRANDS.find(([prefix]) => prefix.test(number))?.[1];
}
