import type { SubscriptionPlan } from 'nestjs-portone';

/** What a member has paid for, beside what `SubscriptionService` knows of its charges. */
export interface Membership {
  readonly subscriptionId: string;
  readonly plan: PlanName;
  /** The payments that charged it; a charge may be told twice. */
  readonly paymentIds: readonly string[];
}

export type PlanName = 'monthly' | 'yearly';

type Terms = Pick<SubscriptionPlan, 'interval' | 'amount' | 'currency' | 'orderName'>;

/** The price is the shop's to say here too. */
export const PLANS: Readonly<Record<PlanName, Terms>> = {
  monthly: { interval: { unit: 'MONTH', count: 1 }, amount: 9_900, currency: 'KRW', orderName: 'Key caps, monthly' },
  yearly: { interval: { unit: 'YEAR', count: 1 }, amount: 99_000, currency: 'KRW', orderName: 'Key caps, yearly' },
};
