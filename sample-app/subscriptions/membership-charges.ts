import { Injectable, Logger } from '@nestjs/common';
import {
  OnSubscription,
  PaymentService,
  type SubscriptionCharged,
  type SubscriptionChargedAfterCancel,
  type SubscriptionFailed,
  type SubscriptionLapsed,
} from 'nestjs-portone';

import { MembershipsRepository } from './memberships.repository.js';

/** What becomes of charges. Each may be told twice, with the same payment id. */
@Injectable()
export class MembershipCharges {
  private readonly logger = new Logger(MembershipCharges.name);

  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly payments: PaymentService,
  ) {}

  @OnSubscription('charged')
  onCharged({ subscriptionId, paymentId }: SubscriptionCharged): Promise<void> {
    return this.memberships.noteCharge(subscriptionId, paymentId);
  }

  @OnSubscription('failed')
  onFailed({ subscriptionId, reason, retryAt }: SubscriptionFailed): void {
    this.logger.warn(`${subscriptionId} was not charged (${reason}): again at ${retryAt}. Ask for another card.`);
  }

  @OnSubscription('lapsed')
  onLapsed({ subscriptionId, reason }: SubscriptionLapsed): void {
    this.logger.warn(`${subscriptionId} has lapsed (${reason}): send nothing more.`);
  }

  @OnSubscription('charged-after-cancel')
  async onChargedAfterCancel({ paymentId }: SubscriptionChargedAfterCancel): Promise<void> {
    const refundId = `after-cancel-${paymentId}`;
    const { status } = await this.payments.refund({ paymentId, refundId, reason: '해지 후 결제의 환불' });
    if (status === 'FAILED') this.logger.error(`The refund ${refundId} failed: give the money back some other way.`);
  }
}
