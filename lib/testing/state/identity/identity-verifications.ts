import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import type { Desk } from '../desk.js';
import { describePerson, personOf, type Person, type Withheld } from './identity-person.js';
import { ListedMap } from '../lists/listed-map.js';

type Ready = Sdk.IdentityVerification.ReadyIdentityVerification;
type Verified = Sdk.IdentityVerification.VerifiedIdentityVerification;
type Failed = Sdk.IdentityVerification.FailedIdentityVerification;
export type KnownIdentityVerification = Ready | Verified | Failed;

export interface IdentityRequest {
  readonly channelKey: string | undefined;
  readonly customer: Sdk.IdentityVerification.IdentityVerificationRequestedCustomer;
  readonly customData: string | undefined;
  /** `WINDOW`: the person picks between SMS and app there. */
  readonly by: 'SMS' | 'APP' | 'WINDOW';
  /** What is known of the person beside that. */
  readonly person: Partial<Person>;
}

export interface IdentityRecord {
  readonly shown: KnownIdentityVerification;
  readonly request: IdentityRequest;
  /** PortOne's number of the attempt. */
  readonly txId: string;
  /** How many there were of this id, this one included. */
  readonly attempts: number;
  readonly code: string;
  readonly codeUntilMs: number;
  /** The person approved it in the app, and the merchant's server has yet to ask. */
  readonly approved?: { readonly person: Partial<Person>; readonly withheld: readonly Withheld[] };
}

/** Neither number is documented. */
const CODE_IS_GOOD_FOR_MS = 3 * 60_000;
const MOST_ATTEMPTS = 10;

/** The identity verifications of one store. */
export class IdentityVerifications {
  readonly records: ListedMap<IdentityRecord>;

  constructor(private readonly desk: Desk) {
    this.records = new ListedMap(desk);
  }

  clear(): void {
    this.records.clear();
  }

  /** Begins an attempt: through the API or in the window. @throws Refusal where another is not allowed */
  request(id: string, request: IdentityRequest): IdentityRecord {
    const { desk } = this;
    const before = this.records.get(id);
    if (before) refuseAnother(before, request);
    const channel = desk.channel(request.channelKey);
    const attempts = (before?.attempts ?? 0) + 1;
    const txId = desk.random.uuid('identity-verification', id, attempts);
    const now = desk.clock.now().toISOString();
    const { customData } = request;
    const shown: Ready = {
      status: 'READY',
      id,
      channel,
      requestedCustomer: request.customer,
      ...(customData !== undefined && { customData }),
      requestedAt: now,
      updatedAt: now,
      statusChangedAt: now,
      version: 'V2',
      pgTxId: desk.random.uuid('pg-identity-verification', txId),
    };
    return this.#put({ shown, request, txId, attempts, ...this.#newCode(txId, 0) });
  }

  /** @throws Refusal unless an SMS was sent through the API */
  resend(id: string): void {
    const record = this.#findSent(id);
    if (record.request.by !== 'SMS') {
      throw new Refusal('INVALID_REQUEST', { message: 'identityVerificationId: it was sent by APP, not by SMS.' });
    }
    const { shown, txId, code } = record;
    const updatedAt = this.desk.clock.now().toISOString();
    this.#put({ ...record, shown: { ...shown, updatedAt }, ...this.#newCode(txId, code) });
  }

  /** What the merchant's server asks. @throws Refusal unless the code is right, or the person approved */
  confirm(id: string, otp: string | undefined): Verified {
    const record = this.#findSent(id);
    if (record.request.by === 'SMS') {
      if (otp === undefined) throw new Refusal('INVALID_REQUEST', { message: 'otp is required for SMS.' });
      this.#checkCode(record, otp);
      return this.#verify(record, {}, []);
    }
    const { approved } = record;
    if (approved) return this.#verify(record, approved.person, approved.withheld);
    throw new Refusal('PG_PROVIDER', { pgCode: 'NOT_APPROVED', pgMessage: '앱에서 인증이 완료되지 않았습니다.' });
  }

  find(id: string): IdentityRecord {
    const record = this.records.get(id);
    if (record) return record;
    throw new Refusal('IDENTITY_VERIFICATION_NOT_FOUND', { message: `There is no identity verification ${id}.` });
  }

  /** What the SMS of an attempt that is under way says. */
  readCode(id: string): string {
    return this.#findReady(id).code;
  }

  /** The person types the code into the window; absent: the right one. @throws Refusal */
  enterCode(id: string, code: string | undefined, person: Partial<Person>, withheld: readonly Withheld[]): Verified {
    const record = this.#findReady(id);
    if (record.request.by !== 'WINDOW') {
      throw new Refusal('INVALID_REQUEST', {
        message:
          'identityVerificationId: it was sent through the API, where confirmIdentityVerification takes the code.',
      });
    }
    this.#checkCode(record, code ?? record.code);
    return this.#verify(record, person, withheld);
  }

  /** The person approves in the app; what was sent through the API waits for the merchant's server to confirm it. */
  approve(id: string, person: Partial<Person>, withheld: readonly Withheld[]): KnownIdentityVerification {
    const record = this.#findReady(id);
    if (record.request.by === 'WINDOW') return this.#verify(record, person, withheld);
    if (record.request.by === 'APP') return this.#put({ ...record, approved: { person, withheld } }).shown;
    throw new Refusal('INVALID_REQUEST', { message: 'identityVerificationId: it was sent by SMS, not by APP.' });
  }

  fail(id: string, failure: Sdk.IdentityVerification.IdentityVerificationFailure): Failed {
    const record = this.#findReady(id);
    const now = this.desk.clock.now().toISOString();
    const { shown } = record;
    const failed: Failed = { ...shown, status: 'FAILED', updatedAt: now, statusChangedAt: now, failure };
    this.#put({ ...record, shown: failed });
    return failed;
  }

  #verify(record: IdentityRecord & { shown: Ready }, person: Partial<Person>, withheld: readonly Withheld[]): Verified {
    const { desk } = this;
    const { request } = record;
    const { requestedCustomer, pgTxId = '', channel, ...shown } = record.shown;
    const now = desk.clock.now().toISOString();
    const who = { ...personOf(requestedCustomer), ...request.person, ...person };
    const told = describePerson(who, channel?.pgProvider ?? '', withheld, {
      seed: desk.world.seed,
      merchantId: desk.merchantId,
    });
    const verified: Verified = {
      ...shown,
      ...(channel && { channel }),
      status: 'VERIFIED',
      verifiedCustomer: { ...(requestedCustomer.id !== undefined && { id: requestedCustomer.id }), ...told },
      updatedAt: now,
      statusChangedAt: now,
      verifiedAt: now,
      pgTxId,
      pgRawResponse: JSON.stringify({ resultCode: '0000', tid: pgTxId }),
    };
    this.#put({ ...record, shown: verified });
    return verified;
  }

  /** @throws Refusal for a code that is wrong, or too old */
  #checkCode({ code, codeUntilMs }: IdentityRecord, given: string): void {
    if (this.desk.clock.nowMs() > codeUntilMs) {
      throw new Refusal('PG_PROVIDER', { pgCode: 'OTP_EXPIRED', pgMessage: '인증번호 유효 시간이 지났습니다.' });
    }
    if (given === code) return;
    throw new Refusal('PG_PROVIDER', { pgCode: 'OTP_MISMATCH', pgMessage: '인증번호가 일치하지 않습니다.' });
  }

  #newCode(txId: string, before: string | number): Pick<IdentityRecord, 'code' | 'codeUntilMs'> {
    const { clock, random } = this.desk;
    return { code: random.digits(6, 'otp', txId, before), codeUntilMs: clock.nowMs() + CODE_IS_GOOD_FOR_MS };
  }

  #findReady(id: string): IdentityRecord & { shown: Ready } {
    const record = this.find(id);
    refuseVerified(record);
    const { shown } = record;
    if (shown.status === 'READY') return { ...record, shown };
    throw new Refusal('IDENTITY_VERIFICATION_NOT_SENT', { message: `Identity verification ${id} is ${shown.status}.` });
  }

  #findSent(id: string): IdentityRecord & { shown: Ready } {
    const record = this.#findReady(id);
    if (record.request.by !== 'WINDOW') return record;
    throw new Refusal('IDENTITY_VERIFICATION_NOT_SENT', { message: 'It goes on in the window, not through the API.' });
  }

  #put<R extends IdentityRecord>(record: R): R {
    const { id } = record.shown;
    this.records.set(id, record);
    this.desk.tell('identity-verification', id);
    return record;
  }
}

function refuseAnother(before: IdentityRecord, request: IdentityRequest): void {
  refuseVerified(before);
  const { shown, attempts } = before;
  if (shown.status === 'READY' && before.request.by !== 'WINDOW' && request.by !== 'WINDOW') {
    throw new Refusal('IDENTITY_VERIFICATION_ALREADY_SENT', { message: `Identity verification ${shown.id} was sent.` });
  }
  if (attempts >= MOST_ATTEMPTS) {
    throw new Refusal('MAX_TRANSACTION_COUNT_REACHED', { message: `${shown.id} was tried ${attempts} times.` });
  }
}

function refuseVerified({ shown }: IdentityRecord): void {
  if (shown.status !== 'VERIFIED') return;
  throw new Refusal('IDENTITY_VERIFICATION_ALREADY_VERIFIED', {
    message: `Identity verification ${shown.id} was verified at ${shown.verifiedAt}.`,
  });
}
