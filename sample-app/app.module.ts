import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { portOneConfig, PortOneExceptionFilter, PortOneModule, type PortOneModuleOptions } from 'nestjs-portone';
import { postgresStores } from 'nestjs-portone/postgres';

import { Public } from './auth/public.decorator.js';
import { StaffGuard } from './auth/staff.guard.js';
import { BillingKeyWebhooks } from './billing-keys/billing-key.webhooks.js';
import { BillingKeysController } from './billing-keys/billing-keys.controller.js';
import { BillingKeysRepository } from './billing-keys/billing-keys.repository.js';
import { BillingKeysService } from './billing-keys/billing-keys.service.js';
import { PostgresBillingKeysRepository } from './billing-keys/postgres-billing-keys.repository.js';
import { Bookkeeping } from './bookkeeping.js';
import { DatabaseModule } from './database/database.module.js';
import { deliveryFromEnvironment } from './delivery.js';
import { IdentityVerificationController } from './identity/identity-verification.controller.js';
import { IdentityService } from './identity/identity.service.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { OrdersService } from './orders/orders.service.js';
import { PostgresOrdersRepository } from './orders/postgres-orders.repository.js';
import { CheckoutService } from './payments/checkout.service.js';
import { OrderPayments } from './payments/order-payments.js';
import { PaymentsController } from './payments/payments.controller.js';
import { MembershipCharges } from './subscriptions/membership-charges.js';
import { MembershipsRepository } from './subscriptions/memberships.repository.js';
import { MembershipsService } from './subscriptions/memberships.service.js';
import { PostgresMembershipsRepository } from './subscriptions/postgres-memberships.repository.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';

const delivery = deliveryFromEnvironment();

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [portOneConfig] }),
    ScheduleModule.forRoot(),
    DatabaseModule,
    PortOneModule.forRootAsync({
      inject: [portOneConfig.KEY],
      useFactory: (options: PortOneModuleOptions) => ({ ...options, syncOnWebhook: true }),
      webhookDecorators: [Public()],
      ...postgresStores(),
      ...delivery.inbox,
    }),
    ...delivery.modules,
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
    { provide: OrdersRepository, useClass: PostgresOrdersRepository },
    { provide: BillingKeysRepository, useClass: PostgresBillingKeysRepository },
    { provide: MembershipsRepository, useClass: PostgresMembershipsRepository },
    { provide: APP_GUARD, useClass: StaffGuard },
    // Our API secret being wrong is not the buyer's 401.
    { provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } }) },
  ],
})
export class AppModule {}
