import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { portOneConfig, PortOneExceptionFilter, PortOneModule, type PortOneModuleOptions } from 'nestjs-portone';

import { Public } from './auth/public.decorator.js';
import { StaffGuard } from './auth/staff.guard.js';
import { BillingKeyWebhooks } from './billing-keys/billing-key.webhooks.js';
import { BillingKeysController } from './billing-keys/billing-keys.controller.js';
import { BillingKeysRepository } from './billing-keys/billing-keys.repository.js';
import { BillingKeysService } from './billing-keys/billing-keys.service.js';
import { InMemoryBillingKeysRepository } from './billing-keys/in-memory-billing-keys.repository.js';
import { Bookkeeping } from './bookkeeping.js';
import { IdentityVerificationController } from './identity/identity-verification.controller.js';
import { IdentityService } from './identity/identity.service.js';
import { InMemoryOrdersRepository } from './orders/in-memory-orders.repository.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { OrdersService } from './orders/orders.service.js';
import { CheckoutService } from './payments/checkout.service.js';
import { OrderPayments } from './payments/order-payments.js';
import { PaymentsController } from './payments/payments.controller.js';
import { InMemoryMembershipsRepository } from './subscriptions/in-memory-memberships.repository.js';
import { MembershipCharges } from './subscriptions/membership-charges.js';
import { MembershipsRepository } from './subscriptions/memberships.repository.js';
import { MembershipsService } from './subscriptions/memberships.service.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [portOneConfig] }),
    ScheduleModule.forRoot(),
    PortOneModule.forRootAsync({
      inject: [portOneConfig.KEY],
      useFactory: (options: PortOneModuleOptions) => ({ ...options, syncOnWebhook: true }),
      webhookDecorators: [Public()],
    }),
  ],
  controllers: [
    OrdersController,
    PaymentsController,
    IdentityVerificationController,
    BillingKeysController,
    SubscriptionsController,
  ],
  providers: [
    OrdersService,
    CheckoutService,
    OrderPayments,
    IdentityService,
    BillingKeysService,
    BillingKeyWebhooks,
    MembershipsService,
    MembershipCharges,
    Bookkeeping,
    { provide: OrdersRepository, useClass: InMemoryOrdersRepository },
    { provide: BillingKeysRepository, useClass: InMemoryBillingKeysRepository },
    { provide: MembershipsRepository, useClass: InMemoryMembershipsRepository },
    { provide: APP_GUARD, useClass: StaffGuard },
    // Our API secret being wrong is not the buyer's 401.
    { provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } }) },
  ],
})
export class AppModule {}
