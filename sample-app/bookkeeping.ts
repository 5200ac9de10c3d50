import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { PaymentReconciler, SubscriptionService } from 'nestjs-portone';

/** What no browser and no webhook told of is found here. What throws is logged, and comes again next time. */
@Injectable()
export class Bookkeeping {
  constructor(
    private readonly reconciler: PaymentReconciler,
    private readonly subscriptions: SubscriptionService,
  ) {}

  @Cron(CronExpression.EVERY_10_MINUTES, { waitForCompletion: true })
  async reconcile(): Promise<void> {
    await this.reconciler.run();
  }

  @Cron(CronExpression.EVERY_5_MINUTES, { waitForCompletion: true })
  async sweep(): Promise<void> {
    await this.subscriptions.sweep();
  }
}
