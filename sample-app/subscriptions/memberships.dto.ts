import { IsIn, IsNotEmpty, IsOptional, IsString, IsUUID } from 'class-validator';

import { PLANS, type PlanName } from './membership.js';

export class CreateSubscriptionDto {
  @IsString()
  @IsNotEmpty()
  billingKey!: string;

  @IsIn(Object.keys(PLANS))
  plan!: PlanName;

  /** The caller's own name for it: sent twice on one day, it subscribes once. */
  @IsOptional()
  @IsUUID()
  requestId?: string;
}
