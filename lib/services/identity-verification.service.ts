import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import type { PortOneClient } from '../client/portone-client.js';
import { IdentityNotVerifiedError } from '../errors/identity-not-verified.error.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import { identityStatus, type IdentityStatus } from '../identity/identity-status.js';
import { normalizedPhoneNumber } from '../identity/normalized.js';
import {
  checkRequirements,
  verifiedCustomer,
  type IdentityRequirements,
  type OptionalIdentityField,
  type VerifiedCustomer,
} from '../identity/verified-customer.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from './in-store.js';
import { operationsOf, type Operations } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/** As for `sendIdentityVerification`. */
export type SendIdentityVerificationOptions = Parameters<
  Operations<'identityVerification'>['sendIdentityVerification']
>[0];

/** Identity verifications (본인인증). Every operation of `client.identityVerification`. */
@Injectable()
export class IdentityVerificationService extends operationsOf('identityVerification') {
  readonly #settings: Pick<ClientSettings, 'storeId' | 'environment' | 'now'>;

  constructor(client: PortOneClient, settings: ClientSettings) {
    super(client, settings);
    const { storeId, environment, now } = settings;
    this.#settings = { storeId, environment, now };
  }

  /**
   * Fetches an identity verification and answers its customer, when it is `VERIFIED`, of a LIVE or TEST channel as the
   * environment says, and all that is required of it. What a browser says of its customer proves nothing; its id may be
   * somebody else's, so say with `match` or with your own records whose it has to be.
   *
   * @param identityVerificationId - the merchant's id of the verification
   * @param requirements - what has to be true of it
   * @throws IdentityNotVerifiedError whose `problems` lists everything that is missing or differs, without personal data
   * @throws the SDK's `GetIdentityVerificationError` for all other errors that PortOne answers
   * @throws TypeError when the id is empty or a requirement could not be checked
   * @example
   * const customer = await identities.requireVerified(id, { maxAgeMinutes: 10, minimumAge: 19, require: ['ci'] });
   * await members.create({ ci: customer.ci, name: customer.name });
   */
  async requireVerified<Field extends OptionalIdentityField = never>(
    identityVerificationId: string,
    requirements: IdentityRequirements<Field> = {},
    call?: CallOptions,
  ): Promise<VerifiedCustomer<Field>> {
    const id = identityVerificationId;
    checkRequirements(id, requirements);
    let verification: Sdk.IdentityVerification.IdentityVerification;
    try {
      verification = await this.getIdentityVerification(this.#which(id, requirements), call);
    } catch (error) {
      if (!isPortOneApiError(error, 'IDENTITY_VERIFICATION_NOT_FOUND')) throw error;
      throw new IdentityNotVerifiedError(id, [{ field: 'id', problem: 'missing' }]);
    }
    return verifiedCustomer(verification, id, requirements, this.#settings);
  }

  /**
   * Sends the code, by SMS or to the operator's app. As `sendIdentityVerification`, with the phone number written as the
   * buyer does.
   *
   * @throws TypeError without a phone number
   */
  async send(options: SendIdentityVerificationOptions, call?: CallOptions): Promise<void> {
    const { customer } = options;
    const given = (customer as { phoneNumber?: unknown } | undefined)?.phoneNumber;
    const phoneNumber = typeof given === 'string' ? normalizedPhoneNumber(given) : '';
    if (phoneNumber === '') {
      throw new TypeError('send: customer.phoneNumber must be a text such as "010-1234-5678".');
    }
    await this.sendIdentityVerification({ ...options, customer: { ...customer, phoneNumber } }, call);
  }

  /** Sends the code once more. */
  async resend(identityVerificationId: string, options: { storeId?: string } = {}, call?: CallOptions): Promise<void> {
    await this.resendIdentityVerification(this.#which(identityVerificationId, options), call);
  }

  /**
   * Hands in the code that the buyer typed in (`otp`), or asks whether the operator's app was confirmed. A second click is
   * as good as the first: what is verified already, and what was verified by a call whose outcome is unknown, is read.
   *
   * @throws the SDK's `ConfirmIdentityVerificationError`: `PG_PROVIDER` for a wrong code
   */
  async confirm(
    identityVerificationId: string,
    options: { otp?: string; storeId?: string } = {},
    call?: CallOptions,
  ): Promise<Sdk.IdentityVerification.VerifiedIdentityVerification> {
    try {
      const answer = await this.confirmIdentityVerification({ ...options, identityVerificationId }, call);
      return answer.identityVerification;
    } catch (error) {
      const isUnknown = (error as { outcome?: string }).outcome === 'unknown';
      if (!isUnknown && !isPortOneApiError(error, 'IDENTITY_VERIFICATION_ALREADY_VERIFIED')) throw error;
      const which = this.#which(identityVerificationId, options);
      const verification = await this.getIdentityVerification(which, call).catch(() => undefined);
      if (verification?.status === 'VERIFIED') return verification;
      throw error;
    }
  }

  /** Where it stands, without personal data, so that a browser may have it; `null` when there is none. */
  async status(
    identityVerificationId: string,
    options: { storeId?: string } = {},
    call?: CallOptions,
  ): Promise<IdentityStatus | null> {
    try {
      return identityStatus(await this.getIdentityVerification(this.#which(identityVerificationId, options), call));
    } catch (error) {
      if (isPortOneApiError(error, 'IDENTITY_VERIFICATION_NOT_FOUND')) return null;
      throw error;
    }
  }

  /**
   * All identity verifications that match, over all pages of `getIdentityVerifications`, each fetched when it is reached.
   * What is added or removed meanwhile can move an entry across the edge of a page, so that it comes twice or not at all.
   *
   * @param options - as for `getIdentityVerifications`; `page` says where to start and how large pages are
   * @default pages of 100
   * @throws RangeError behind the 60,000th entry, which PortOne does not give; narrow the filter
   */
  iterateIdentityVerifications(
    options?: ListOptions<'identityVerification', 'getIdentityVerifications'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.IdentityVerification.IdentityVerification> {
    return overPages((request) => this.getIdentityVerifications(request, call), 'getIdentityVerifications', options);
  }

  #which(identityVerificationId: string, { storeId = this.#settings.storeId }: { storeId?: string | undefined }) {
    return inStore({ identityVerificationId }, storeId);
  }
}
