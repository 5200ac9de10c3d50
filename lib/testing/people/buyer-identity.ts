import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import { readBrowserCustomer } from '../state/customer.js';
import type { Desk } from '../state/desk.js';
import {
  OPERATORS,
  WITHHOLDABLE,
  type Operator,
  type Person,
  type Withheld,
} from '../state/identity/identity-person.js';

/** What the window is opened with, named as in the browser SDK. */
export interface SandboxIdentityWindow {
  /** @default the store's first */
  channelKey?: string;
  customer?: object;
  /** An object is shown as its JSON. */
  customData?: string | object;
}

/** Who it turns out to be, where it is another than was asked for or than nobody in particular. */
export interface SandboxPerson {
  /** @default that of the request, else '홍길동' */
  name?: string;
  /** `yyyy-MM-dd` @default that of the request, else '1990-01-01' */
  birthDate?: string;
  /** @default that of the request, else 'MALE' */
  gender?: 'MALE' | 'FEMALE';
  /** @default that of the request, else `false` */
  isForeigner?: boolean;
  /** Digits alone. @default that of the request, else '01012345678' */
  phoneNumber?: string;
  /** @default that of the request, else 'SKT' */
  operator?: Operator;
  /**
   * What the provider does not tell; the name alone is always told. Channels of `DANAL` tell no `operator`,
   * `phoneNumber` and `isForeigner` in any case, those of `INICIS_UNIFIED` no `operator` and `di`.
   */
  withheld?: readonly Withheld[];
}

/** Why it comes to nothing. */
export interface SandboxIdentityFailure {
  /** @default the same as `pgMessage` */
  reason?: string;
  /** @default 'USER_CANCEL' */
  pgCode?: string;
  /** @default '사용자가 본인인증을 취소하였습니다.' */
  pgMessage?: string;
}

const ID = 'identityVerificationId';
/** The browser's own affair, or the provider's: they change nothing here. */
const BROWSER_FIELDS = ['storeId', 'windowType', 'redirectUrl', 'forceRedirect', 'bypass', 'popup', 'iframe'];
const PERSON_FIELDS = ['name', 'birthDate', 'gender', 'isForeigner', 'phoneNumber', 'operator', 'withheld'];

/** @throws Refusal */
export function requestIdentityVerification({ identityVerifications }: Desk, input: Input) {
  input.only([ID, 'channelKey', 'customer', 'customData', ...BROWSER_FIELDS]);
  const { id, name, phoneNumber, birthYear, birthMonth, birthDay } = readBrowserCustomer(
    input.optionalObject('customer'),
  );
  const { txId } = identityVerifications.request(input.string(ID), {
    channelKey: input.optionalString('channelKey'),
    customer: {
      ...(id !== undefined && { id }),
      ...(name !== undefined && { name }),
      ...(phoneNumber !== undefined && { phoneNumber: phoneNumber.replace(/\D/g, '') }),
      ...(birthYear !== undefined && { birthYear }),
      ...(birthMonth !== undefined && { birthMonth }),
      ...(birthDay !== undefined && { birthDay }),
    },
    customData: input.optionalJson('customData'),
    by: 'WINDOW',
    person: {},
  });
  return { identityVerificationId: input.string(ID), identityVerificationTxId: txId };
}

/** @throws Refusal */
export function readCode({ identityVerifications }: Desk, input: Input): { code: string } {
  input.only([ID]);
  return { code: identityVerifications.readCode(input.string(ID)) };
}

/** @throws Refusal */
export function enterCode({ identityVerifications }: Desk, input: Input) {
  input.only([ID, 'code', ...PERSON_FIELDS]);
  const { person, withheld } = readPerson(input);
  return identityVerifications.enterCode(input.string(ID), input.optionalString('code'), person, withheld);
}

/** @throws Refusal */
export function approveInApp({ identityVerifications }: Desk, input: Input) {
  input.only([ID, ...PERSON_FIELDS]);
  const { person, withheld } = readPerson(input);
  return identityVerifications.approve(input.string(ID), person, withheld);
}

/** @throws Refusal */
export function failIdentityVerification({ identityVerifications }: Desk, input: Input) {
  input.only([ID, 'reason', 'pgCode', 'pgMessage']);
  const pgMessage = input.optionalString('pgMessage') ?? '사용자가 본인인증을 취소하였습니다.';
  const failure: Sdk.IdentityVerification.IdentityVerificationFailure = {
    reason: input.optionalString('reason') ?? pgMessage,
    pgCode: input.optionalString('pgCode') ?? 'USER_CANCEL',
    pgMessage,
  };
  return identityVerifications.fail(input.string(ID), failure);
}

function readPerson(input: Input): { person: Partial<Person>; withheld: readonly Withheld[] } {
  const [name, birthDate, phoneNumber] = ['name', 'birthDate', 'phoneNumber'].map((f) => input.optionalString(f));
  const gender = input.optionalChoice('gender', ['MALE', 'FEMALE']);
  const operator = input.optionalChoice('operator', OPERATORS);
  const isForeigner = input.optionalBoolean('isForeigner');
  if (birthDate !== undefined && !(/^\d{4}-\d\d-\d\d$/.test(birthDate) && Date.parse(birthDate))) {
    input.refuse('birthDate', 'must be a date such as 1990-01-31');
  }
  if (phoneNumber !== undefined && !/^\d+$/.test(phoneNumber)) input.refuse('phoneNumber', 'must be digits alone');
  return {
    person: {
      ...(name !== undefined && { name }),
      ...(birthDate !== undefined && { birthDate }),
      ...(phoneNumber !== undefined && { phoneNumber }),
      ...(gender && { gender }),
      ...(operator && { operator }),
      ...(isForeigner !== undefined && { isForeigner }),
    },
    withheld: input.optionalChoices('withheld', WITHHOLDABLE) ?? [],
  };
}
