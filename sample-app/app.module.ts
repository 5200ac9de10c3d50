import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { portOneConfig, PortOneExceptionFilter, PortOneModule } from 'nestjs-portone';

import { Public } from './auth/public.decorator.js';
import { StaffGuard } from './auth/staff.guard.js';
import { InMemoryOrdersRepository } from './orders/in-memory-orders.repository.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { OrdersService } from './orders/orders.service.js';
import { PaymentWebhooks } from './payments/payment.webhooks.js';
import { PaymentsController } from './payments/payments.controller.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [portOneConfig] }),
    PortOneModule.forRootAsync({ ...portOneConfig.asProvider(), webhookDecorators: [Public()] }),
  ],
  controllers: [OrdersController, PaymentsController],
  providers: [
    OrdersService,
    PaymentWebhooks,
    { provide: OrdersRepository, useClass: InMemoryOrdersRepository },
    { provide: APP_GUARD, useClass: StaffGuard },
    // Our API secret being wrong is not the buyer's 401.
    { provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } }) },
  ],
})
export class AppModule {}
