import type { Sdk } from '../../../sdk.types.js';
import { SeededRandom } from '../random.js';

type VerifiedCustomer = Sdk.IdentityVerification.IdentityVerificationVerifiedCustomer;
type RequestedCustomer = Sdk.IdentityVerification.IdentityVerificationRequestedCustomer;

/** Who proves an identity. */
export interface Person {
  readonly name: string;
  /** `yyyy-MM-dd` */
  readonly birthDate: string;
  readonly gender: 'MALE' | 'FEMALE';
  readonly isForeigner: boolean;
  /** Digits alone. */
  readonly phoneNumber: string;
  readonly operator: Operator;
}

export const OPERATORS = ['SKT', 'KT', 'LGU', 'SKT_MVNO', 'KT_MVNO', 'LGU_MVNO'] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a provider may keep to itself; the name alone is always given. */
export const WITHHOLDABLE = ['operator', 'phoneNumber', 'birthDate', 'gender', 'isForeigner', 'ci', 'di'] as const;
export type Withheld = (typeof WITHHOLDABLE)[number];

/** As PortOne's description has it: Danal without an extra contract, and KG Inicis. */
const WITHHELD_BY: Readonly<Record<string, readonly Withheld[]>> = {
  DANAL: ['operator', 'phoneNumber', 'isForeigner'],
  INICIS_UNIFIED: ['operator', 'di'],
};

/** Who proves it where nobody said. */
const ANYBODY: Person = {
  name: '홍길동',
  birthDate: '1990-01-01',
  gender: 'MALE',
  isForeigner: false,
  phoneNumber: '01012345678',
  operator: 'SKT',
};

/** The one who was asked for. */
export function personOf({ name, phoneNumber, birthYear, birthMonth, birthDay }: RequestedCustomer): Person {
  return {
    ...ANYBODY,
    ...(name !== undefined && { name }),
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...(birthYear && birthMonth && birthDay && { birthDate: dateOf(birthYear, birthMonth, birthDay) }),
  };
}

/** @param number - the first seven digits of a resident registration number: `yyMMdd`, century and gender */
export function readIdentityNumber(number: string): Pick<Person, 'birthDate' | 'gender' | 'isForeigner'> | undefined {
  const [, year, month, day, digit] = /^(\d\d)(\d\d)(\d\d)(\d)$/.exec(number) ?? [];
  if (!year || !month || !day || !digit) return undefined;
  const kind = Number(digit);
  const century = kind === 9 || kind === 0 ? '18' : [1, 2, 5, 6].includes(kind) ? '19' : '20';
  const birthDate = dateOf(century + year, month, day);
  const instant = Date.parse(birthDate);
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(birthDate)) return undefined;
  return { birthDate, gender: kind % 2 === 1 ? 'MALE' : 'FEMALE', isForeigner: kind >= 5 && kind <= 8 };
}

/** What the provider of a channel tells of a person. The same person has the same CI, and one DI for each merchant. */
export function describePerson(
  person: Person,
  provider: string,
  withheld: readonly Withheld[],
  { seed, merchantId }: { seed: string | number; merchantId: string },
): Omit<VerifiedCustomer, 'id'> {
  const { name, birthDate, gender } = person;
  const keyOf = (scope: string, bytes: number) => {
    const random = new SeededRandom(seed, scope);
    const drawn = [0, 1].map((part) => random.bytes(name, birthDate, gender, part));
    return Buffer.concat(drawn).subarray(0, bytes).toString('base64');
  };
  const known = { ...person, ci: keyOf('ci', 64), di: keyOf(`di ${merchantId}`, 48) };
  const without: readonly string[] = [...withheld, ...(WITHHELD_BY[provider] ?? [])];
  const told = Object.fromEntries(Object.entries(known).filter(([field]) => !without.includes(field)));
  return { ...told, name };
}

function dateOf(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
