import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';

import { Public } from '../auth/public.decorator.js';
import type { Order } from '../orders/order.js';
import type { BillingKey } from './billing-key.js';
import { PayWithBillingKeyDto, RegisterBillingKeyDto } from './billing-keys.dto.js';
import { BillingKeysService } from './billing-keys.service.js';

/** A buyer leaves a card here. What is done with it later is the staff's: the shop's buyers have no account to tell whose it is. */
@Controller('api/billing-keys')
export class BillingKeysController {
  constructor(private readonly keys: BillingKeysService) {}

  /** The buyer's browser is back from the window for a billing key. */
  @Public()
  @Post()
  register(@Body() request: RegisterBillingKeyDto): Promise<BillingKey> {
    return this.keys.register(request);
  }

  @Get()
  all(): Promise<BillingKey[]> {
    return this.keys.all();
  }

  @Delete(':billingKey')
  @HttpCode(204)
  remove(@Param('billingKey') billingKey: string): Promise<void> {
    return this.keys.remove(billingKey);
  }

  @Post(':billingKey/payments')
  @HttpCode(200)
  pay(@Param('billingKey') billingKey: string, @Body() { orderId }: PayWithBillingKeyDto): Promise<Order> {
    return this.keys.pay(billingKey, orderId);
  }
}
