import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { Sdk } from '../sdk.types.js';
import { operationsOf } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/** Identity verifications (본인인증). Every operation of `client.identityVerification`. */
@Injectable()
export class IdentityVerificationService extends operationsOf('identityVerification') {
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
}
