import { randomUUID } from 'node:crypto';

import { Injectable, NotFoundException } from '@nestjs/common';
import { SubscriptionService, type SubscriptionRecord } from 'nestjs-portone';

import { BillingKeysService } from '../billing-keys/billing-keys.service.js';
import type { CreateSubscriptionDto } from './memberships.dto.js';
import { PLANS, type Membership } from './membership.js';
import { MembershipsRepository } from './memberships.repository.js';

export interface MembershipView extends Membership {
  readonly status: SubscriptionRecord['status'];
  /** When it is charged next; `null`: no more. */
  readonly nextChargeAt: string | null;
}

@Injectable()
export class MembershipsService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly subscriptions: SubscriptionService,
    private readonly billingKeys: BillingKeysService,
  ) {}

  /** Begins today: the first charge is made at once, each further one in the night of its day. */
  async subscribe({ billingKey, plan, requestId = randomUUID() }: CreateSubscriptionDto): Promise<MembershipView> {
    const subscriptionId = requestId;
    await this.billingKeys.find(billingKey);
    // Before the charge, which is told of while `start` runs.
    await this.memberships.add({ subscriptionId, plan, paymentIds: [] });
    const anchorDate = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' }).format();
    await this.subscriptions.start({
      subscriptionId,
      billingKey,
      plan: { ...PLANS[plan], anchorDate, timeOfDay: '00:00' },
    });
    return this.find(subscriptionId);
  }

  async find(subscriptionId: string): Promise<MembershipView> {
    const membership = await this.memberships.find(subscriptionId);
    const subscription = await this.subscriptions.find(subscriptionId);
    if (membership === undefined || subscription === null) {
      throw new NotFoundException(`There is no subscription ${subscriptionId}.`);
    }
    return { ...membership, status: subscription.status, nextChargeAt: nextChargeOf(subscription) };
  }

  async cancel(subscriptionId: string): Promise<MembershipView> {
    await this.subscriptions.cancel(subscriptionId);
    return this.find(subscriptionId);
  }
}

/** Of the attempt that has a schedule at PortOne. */
function nextChargeOf({ attempts }: SubscriptionRecord): string | null {
  return attempts.find(({ state }) => state === 'SCHEDULED')?.chargeAt ?? null;
}
