import { Injectable } from '@nestjs/common';

import { operationsOf } from './operations-of.js';

/** Promotions (프로모션): discounts that PortOne applies to payments. Every operation of `client.payment.promotion`. */
@Injectable()
export class PromotionService extends operationsOf('payment.promotion') {}
