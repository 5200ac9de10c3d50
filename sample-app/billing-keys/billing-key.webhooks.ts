import { Injectable } from '@nestjs/common';
import { PortOneWebhook, type WebhookEvent } from 'nestjs-portone';

import { BillingKeysRepository } from './billing-keys.repository.js';

/** A buyer may take a card back in the provider's own app. */
@Injectable()
export class BillingKeyWebhooks {
  constructor(private readonly keys: BillingKeysRepository) {}

  @PortOneWebhook('BillingKey.Deleted')
  onDeleted({ data }: WebhookEvent<'BillingKey.Deleted'>): Promise<void> {
    return this.keys.remove(data.billingKey);
  }
}
