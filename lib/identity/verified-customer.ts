import type { ClientSettings } from '../client/client.settings.js';
import { IdentityNotVerifiedError, type IdentityProblem } from '../errors/identity-not-verified.error.js';
import { shown } from '../errors/shown.js';
import type { Sdk } from '../sdk.types.js';
import { channelTypeOf } from '../services/payment-verification.js';
import { ageInKorea } from './age.js';
import { normalizedDate, normalizedName, normalizedPhoneNumber } from './normalized.js';

declare const verified: unique symbol;

type Customer = Sdk.IdentityVerification.IdentityVerificationVerifiedCustomer;

/** What a provider may not tell of a customer. */
export type OptionalIdentityField = Exclude<keyof Customer, 'name' | 'id'>;

/**
 * A customer whose identity `requireVerified` found verified. Only it makes one: a function that takes a
 * `VerifiedCustomer` cannot be given what a browser sent. Only the name is always there, and what `require` names.
 */
export type VerifiedCustomer<Field extends OptionalIdentityField = never> = Readonly<
  Customer & Required<Pick<Customer, Field>>
> & {
  /** The verification that it comes from. */
  readonly identityVerificationId: string;
  readonly verifiedAt: Date;
  readonly [verified]: true;
};

/** What has to be true of a verification, and of the customer. */
export interface IdentityRequirements<Field extends OptionalIdentityField = never> {
  /** Minutes since the verification. One that is not limited can be shown again years later. @default no limit */
  maxAgeMinutes?: number | undefined;
  /** Years of international age (만 나이) that the customer has reached, by Korea's calendar. @default none */
  minimumAge?: number | undefined;
  /**
   * Who it has to be. Names are compared without spaces and case, phone numbers and dates by their digits; what a provider
   * does not tell is missing, and does not match. A field that is named has to be a text: `undefined` is a `TypeError`,
   * for anybody would match it.
   * @default anybody
   */
  match?:
    | {
        name?: string;
        /** `yyyy-MM-dd`, also without the hyphens. */
        birthDate?: string;
        /** With or without hyphens and `+82`. */
        phoneNumber?: string;
      }
    | undefined;
  /**
   * What has to be there, and is then typed so. Danal tells `phoneNumber`, `operator` and `isForeigner` only by contract;
   * KG Inicis tells no `di` and no `operator`, and no `ci` for Kakao's certificates.
   * @default only the name
   */
  require?: readonly Field[] | undefined;
  /**
   * Whether a real person must have been asked.
   * @default the module's `environment`: `TEST` in `sandbox`, `LIVE` in `production`
   */
  channelType?: 'LIVE' | 'TEST' | undefined;
  /** @default the module's `storeId` */
  storeId?: string | undefined;
}

/** @throws TypeError for requirements that could not be checked */
export function checkRequirements(
  id: unknown,
  { maxAgeMinutes, minimumAge, match }: IdentityRequirements<OptionalIdentityField>,
): void {
  if (typeof id !== 'string' || id === '')
    throw new TypeError('requireVerified: the id must be a text that is not empty.');
  if (maxAgeMinutes !== undefined && !(maxAgeMinutes > 0)) {
    throw new TypeError(`requireVerified: maxAgeMinutes must be a number above 0, got ${shown(maxAgeMinutes)}.`);
  }
  if (minimumAge !== undefined && !(Number.isInteger(minimumAge) && minimumAge > 0)) {
    throw new TypeError(`requireVerified: minimumAge must be a whole number above 0, got ${shown(minimumAge)}.`);
  }
  if (match !== undefined) checkMatch(match);
}

const MATCHED = ['name', 'birthDate', 'phoneNumber'] as const;

/** An expectation that fell out of the caller's own data must not be met by anybody. Values are personal: none is shown. */
function checkMatch(match: unknown): void {
  if (typeof match !== 'object' || match === null) {
    throw new TypeError(`requireVerified: match must be an object of ${MATCHED.join(', ')}.`);
  }
  for (const [name, value] of Object.entries(match)) {
    if (!MATCHED.some((known) => known === name)) {
      throw new TypeError(`requireVerified: match.${name} is nothing to compare. Known are ${MATCHED.join(', ')}.`);
    }
    if (typeof value === 'string' && value.trim() !== '') continue;
    throw new TypeError(
      `requireVerified: match.${name} must be a text that is not empty. Leave it out where anybody will do.`,
    );
  }
}

/** @throws IdentityNotVerifiedError that lists everything that is missing or differs */
export function verifiedCustomer<Field extends OptionalIdentityField>(
  verification: Sdk.IdentityVerification.IdentityVerification,
  id: string,
  requirements: IdentityRequirements<Field>,
  { environment, now }: Pick<ClientSettings, 'environment' | 'now'>,
): VerifiedCustomer<Field> {
  if (verification.status !== 'VERIFIED') {
    throw new IdentityNotVerifiedError(id, [
      { field: 'status', problem: 'differs', detail: `VERIFIED expected, it is ${String(verification.status)}` },
    ]);
  }
  const { verifiedCustomer: customer = {} as Partial<Customer>, verifiedAt, channel } = verification;
  const problems: IdentityProblem[] = [];
  if (verification.id !== id) problems.push({ field: 'id', problem: 'differs', detail: `it is ${verification.id}` });
  const type = channelTypeOf(requirements, environment);
  if (channel?.type !== type) {
    const detail = `${type} expected, it is ${channel?.type ?? 'not there'}`;
    problems.push({ field: 'channel.type', problem: 'differs', detail });
  }
  problems.push(...ageOfVerification(verifiedAt, requirements, now()), ...ofCustomer(customer, requirements, now()));
  if (problems.length > 0) throw new IdentityNotVerifiedError(id, problems);
  const found = { ...customer, identityVerificationId: id, verifiedAt: new Date(verifiedAt) };
  return found as unknown as VerifiedCustomer<Field>;
}

function ageOfVerification(
  verifiedAt: string,
  { maxAgeMinutes = Infinity }: IdentityRequirements<OptionalIdentityField>,
  now: Date,
): IdentityProblem[] {
  const minutes = (now.getTime() - Date.parse(verifiedAt)) / 60_000;
  if (Number.isNaN(minutes)) return [{ field: 'verifiedAt', problem: 'missing' }];
  if (minutes <= maxAgeMinutes) return [];
  return [{ field: 'verifiedAt', problem: 'expired', detail: `${maxAgeMinutes} minutes at most` }];
}

function ofCustomer(
  customer: Partial<Customer>,
  { minimumAge, match = {}, require = [] }: IdentityRequirements<OptionalIdentityField>,
  now: Date,
): IdentityProblem[] {
  const problems = new Map<string, IdentityProblem>();
  const add = (name: string, problem: IdentityProblem['problem'], detail?: string) => {
    const field = `verifiedCustomer.${name}`;
    // One problem a field: the first that was found.
    if (!problems.has(field)) problems.set(field, { field, problem, ...(detail !== undefined && { detail }) });
  };
  for (const name of ['name', ...require] as const) if (isMissing(customer[name])) add(name, 'missing');
  const compare = (name: (typeof MATCHED)[number], normalized: (text: string) => string) => {
    const [expected, actual] = [match[name], customer[name]];
    if (expected === undefined) return;
    if (isMissing(actual)) add(name, 'missing');
    else if (normalized(expected) !== normalized(actual)) add(name, 'differs');
  };
  compare('name', normalizedName);
  compare('birthDate', normalizedDate);
  compare('phoneNumber', normalizedPhoneNumber);
  if (minimumAge !== undefined) {
    const age = ageInKorea(customer.birthDate ?? '', now);
    if (age === undefined) add('birthDate', 'missing');
    else if (age < minimumAge) add('birthDate', 'too-young', `${minimumAge} years at least`);
  }
  return [...problems.values()];
}

/** A provider may have an empty text for what it does not tell. */
function isMissing(value: unknown): value is undefined {
  return value === undefined || value === null || value === '';
}
