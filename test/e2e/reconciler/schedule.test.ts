import { Injectable, Module } from '@nestjs/common';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { PaymentReconciler, PortOneModule } from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { PLATFORMS, startApp } from '../../support/platforms.js';
import { Orders } from '../sync/orders.js';

/** All that an application writes to have it run every ten minutes. */
@Injectable()
class Bookkeeping {
  constructor(private readonly reconciler: PaymentReconciler) {}

  @Cron('*/10 * * * *', { name: 'reconcile', waitForCompletion: true })
  async reconcile(): Promise<void> {
    await this.reconciler.run();
  }
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('is run by @nestjs/schedule', async () => {
  const sandbox = await PortOneSandbox.start({ clock: 'manual' });
  ends.push(() => sandbox.stop());
  @Module({
    imports: [
      ScheduleModule.forRoot(),
      PortOneModule.forRoot({
        apiSecret: sandbox.apiSecret,
        storeId: sandbox.storeId,
        baseUrl: sandbox.url,
        now: () => sandbox.clock.now(),
      }),
    ],
    providers: [Orders, Bookkeeping],
  })
  class AppModule {}
  const { app } = await startApp(AppModule, PLATFORMS[0]![1]);
  ends.push(() => app.close());
  await sandbox.buyer.pay('a-1');
  const job = app.get(SchedulerRegistry).getCronJob('reconcile');
  expect(job.nextDates(2).map((date) => date.minute % 10)).toEqual([0, 0]);
  await job.fireOnTick();
  expect(app.get(Orders).fulfilled).toEqual(['a with a-1']);
});
