/** Names as they are compared: without spaces, in one form of Unicode (`ＨＯＮＧ gil dong` and `HONG GILDONG` are one). */
export function normalizedName(name: string): string {
  return name.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/**
 * Digits alone, as PortOne has them: `+82 10-1234-5678`, `+82 (0)10-1234-5678` and `010 1234 5678` are one. No number
 * within Korea begins with its country code.
 */
export function normalizedPhoneNumber(phoneNumber: string): string {
  const digits = phoneNumber.normalize('NFKC').replace(/\D/g, '');
  return digits.replace(/^(?:00)?820?/, '0');
}

/** `yyyyMMdd`, of what is written with or without marks between. */
export function normalizedDate(date: string): string {
  return date.replace(/\D/g, '');
}
