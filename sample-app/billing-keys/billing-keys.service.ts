import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import { BillingKeyService, isPortOneApiError, PaymentService } from 'nestjs-portone';

import type { Order } from '../orders/order.js';
import { OrdersService } from '../orders/orders.service.js';
import { CheckoutService } from '../payments/checkout.service.js';
import type { BillingKey } from './billing-key.js';
import type { RegisterBillingKeyDto } from './billing-keys.dto.js';
import { BillingKeysRepository } from './billing-keys.repository.js';

@Injectable()
export class BillingKeysService {
  constructor(
    private readonly keys: BillingKeysRepository,
    private readonly portone: BillingKeyService,
    private readonly payments: PaymentService,
    private readonly orders: OrdersService,
    private readonly checkout: CheckoutService,
  ) {}

  /** Keeps what the browser came back with, once PortOne has said what it is. */
  async register({ billingKey: given, billingIssueToken = '' }: RegisterBillingKeyDto): Promise<BillingKey> {
    const { billingKey } =
      given === undefined ? await this.portone.approve({ billingIssueToken }) : { billingKey: given };
    const info = await this.portone.getBillingKeyInfo({ billingKey });
    if (info.status !== 'ISSUED') throw new BadRequestException(`The billing key is ${String(info.status)}.`);
    const method = info.methods?.find((one) => one.type === 'BillingKeyPaymentMethodCard');
    const { name = 'Card', number = '' } = (method && 'card' in method && method.card) || {};
    await this.keys.add({ billingKey, card: `${name} ${number}`.trim(), issuedAt: info.issuedAt });
    return this.find(billingKey);
  }

  all(): Promise<BillingKey[]> {
    return this.keys.all();
  }

  async find(billingKey: string): Promise<BillingKey> {
    const known = await this.keys.find(billingKey);
    if (known === undefined) throw new NotFoundException('There is no such billing key.');
    return known;
  }

  /** Deletes it at PortOne first: one that is in use stays. */
  async remove(billingKey: string): Promise<void> {
    await this.find(billingKey);
    try {
      await this.portone.deleteBillingKey({ billingKey });
    } catch (error) {
      if (!isPortOneApiError(error, 'BILLING_KEY_ALREADY_DELETED')) throw error;
    }
    await this.keys.remove(billingKey);
  }

  /** Pays an order. One that is paid already is not paid again: its payment id can succeed only once. */
  async pay(billingKey: string, orderId: string): Promise<Order> {
    await this.find(billingKey);
    const { paymentId, product, quantity, totalAmount, currency } = await this.orders.byId(orderId);
    try {
      await this.payments.payWithBillingKey({
        paymentId,
        billingKey,
        orderName: `${quantity} × ${product}`,
        amount: { total: totalAmount },
        currency,
      });
    } catch (error) {
      // Paid before; or refused by the provider, who may have taken the money all the same. The payment tells.
      if (!isPortOneApiError(error, 'ALREADY_PAID', 'PG_PROVIDER')) throw error;
    }
    return this.checkout.settle(paymentId);
  }
}
