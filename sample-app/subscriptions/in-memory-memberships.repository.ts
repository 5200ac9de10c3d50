import { Injectable } from '@nestjs/common';

import type { Membership } from './membership.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Keeps memberships until the process ends. */
@Injectable()
export class InMemoryMembershipsRepository extends MembershipsRepository {
  private readonly memberships = new Map<string, Membership>();

  async add(membership: Membership): Promise<void> {
    if (!this.memberships.has(membership.subscriptionId)) this.put(membership);
  }

  async find(subscriptionId: string): Promise<Membership | undefined> {
    return this.memberships.get(subscriptionId);
  }

  async noteCharge(subscriptionId: string, paymentId: string): Promise<void> {
    const known = this.memberships.get(subscriptionId);
    if (known === undefined || known.paymentIds.includes(paymentId)) return;
    this.put({ ...known, paymentIds: [...known.paymentIds, paymentId] });
  }

  private put(membership: Membership): void {
    this.memberships.set(membership.subscriptionId, membership);
  }
}
