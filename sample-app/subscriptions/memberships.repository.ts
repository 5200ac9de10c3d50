import type { Membership } from './membership.js';

/** Where memberships are kept. */
export abstract class MembershipsRepository {
  /** Adds it; one that is there stays as it is. */
  abstract add(membership: Membership): Promise<void>;

  abstract find(subscriptionId: string): Promise<Membership | undefined>;

  /** Notes a charge; one that is noted already changes nothing. */
  abstract noteCharge(subscriptionId: string, paymentId: string): Promise<void>;
}
