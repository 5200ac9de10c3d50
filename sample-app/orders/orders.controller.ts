import { Body, Controller, Get, Param, Post } from '@nestjs/common';

import { Public } from '../auth/public.decorator.js';
import { CreateOrderDto } from './create-order.dto.js';
import type { Order } from './order.js';
import { OrdersService } from './orders.service.js';

@Public()
@Controller('api/orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  /** Answers what the browser opens the payment window with. */
  @Post()
  place(@Body() { product, quantity }: CreateOrderDto): Promise<Order> {
    return this.orders.place(product, quantity);
  }

  @Get(':orderId')
  find(@Param('orderId') orderId: string): Promise<Order> {
    return this.orders.byId(orderId);
  }
}
