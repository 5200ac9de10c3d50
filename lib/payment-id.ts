import { randomBytes } from 'node:crypto';

declare const schedule: unique symbol;

/** The id of a payment schedule, which PortOne gives. It is no payment id, and cannot be given for one. */
export type ScheduleId = string & { readonly [schedule]: true };

/** The merchant's id of a payment: any text, but no {@link ScheduleId}. */
export type PaymentId = string & { readonly [schedule]?: never };

/** KCP, KPN, Payletter and Smartro take letters and digits only; Smartro cuts at 40. */
const LONGEST_ID = 40;

const LONGEST_PREFIX = 16;

/** Milliseconds in base 36: 8 characters until the year 2059, 9 for the next three thousand. */
const TIME_CHARACTERS = 9;

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The largest multiple of 36 that a byte holds: bytes above it would make the first digits likelier. */
const FAIR_BYTES = 252;

/**
 * A payment id that every provider takes: letters and digits only, 40 characters, ordered by the millisecond in which it
 * was made. Behind the time stand random digits of base 36: 31 of them without a prefix (160 bits), 24 with one of 7
 * (124 bits), and 15 with the longest, of 16 (77 bits). Even then, were a million ids made within one millisecond, the
 * odds that any two of them are alike would be one in 400 billion.
 *
 * @param prefix - letters and digits, at most 16; ids with the same prefix sort by time
 * @throws TypeError for a prefix that some provider would not take or that leaves too little room
 */
export function createPaymentId(prefix = ''): string {
  if (typeof prefix !== 'string' || prefix.length > LONGEST_PREFIX || !/^[A-Za-z0-9]*$/.test(prefix)) {
    throw new TypeError(
      `createPaymentId: the prefix must be letters and digits (A-Z, a-z, 0-9), at most ${LONGEST_PREFIX}, got ${JSON.stringify(prefix)}.`,
    );
  }
  const start = prefix + Date.now().toString(36).padStart(TIME_CHARACTERS, '0');
  return start + randomDigits(LONGEST_ID - start.length);
}

function randomDigits(count: number): string {
  let digits = '';
  while (digits.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < FAIR_BYTES && digits.length < count) digits += DIGITS[byte % 36];
    }
  }
  return digits;
}
