import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import type { Desk } from '../state/desk.js';

/** A promotion for the cards of one company; amounts in the currency's minor unit. */
export interface SandboxPromotionOptions {
  cardCompany: (typeof CARD_COMPANIES)[number];
  /** What all discounts together may come to. */
  totalBudget: number;
  /** @default 'Sandbox promotion' */
  name?: string;
  /**
   * What a payment of at least `amountFrom` is given off; of several that fit, that with the highest counts.
   * @default 1000, whatever the payment
   */
  partitions?: readonly ({ amountFrom?: number; amount: number } | { amountFrom?: number; percent: number })[];
  /** What one payment is given off at most. @default no limit */
  maxDiscountAmount?: number;
  /** @default 'KRW' */
  currency?: string;
  /** RFC 3339 @default now */
  startAt?: string;
  /** RFC 3339 @default 30 days after its start */
  endAt?: string;
  /** Whether a cancelled payment gives the budget back what it took. @default true */
  recover?: boolean;
}

const CARD_COMPANIES = [
  'WOORI_CARD',
  'BC_CARD',
  'SAMSUNG_CARD',
  'SHINHAN_CARD',
  'HYUNDAI_CARD',
  'LOTTE_CARD',
  'NH_CARD',
  'HANA_CARD',
  'KOOKMIN_CARD',
] as const;

const FIELDS = [
  'cardCompany',
  'totalBudget',
  'name',
  'partitions',
  'maxDiscountAmount',
  'currency',
  'startAt',
  'endAt',
  'recover',
];

const DAYS_30_MS = 30 * 86_400_000;

/** @throws Refusal */
export function createPromotion({ promotions, clock }: Desk, input: Input): Sdk.Payment.Promotion.CardPromotion {
  input.only(FIELDS);
  const startMs = input.optionalInstant('startAt') ?? clock.nowMs();
  const endMs = input.optionalInstant('endAt') ?? startMs + DAYS_30_MS;
  if (endMs <= startMs) input.refuse('endAt', 'must lie after startAt');
  const maxDiscountAmount = input.optionalInteger('maxDiscountAmount', 1);
  const partitions = input.optionalObjects('partitions')?.map(readPartition);
  return promotions.create({
    name: input.optionalString('name') ?? 'Sandbox promotion',
    cardCompany: input.choice('cardCompany', CARD_COMPANIES),
    totalBudget: input.integer('totalBudget', 1),
    discountPolicy: { partitions: partitions ?? [{ amountFrom: 0, scheme: { type: 'AMOUNT', amount: 1000 } }] },
    ...(maxDiscountAmount !== undefined && { maxDiscountAmount }),
    currency: input.optionalCurrency('currency') ?? 'KRW',
    startAt: new Date(startMs).toISOString(),
    endAt: new Date(endMs).toISOString(),
    recoverOption: { type: (input.optionalBoolean('recover') ?? true) ? 'RECOVER' : 'NO_RECOVER' },
  });
}

/** Pauses it, lets it go on, or ends it for good. @throws Refusal */
export function changePromotion({ promotions }: Desk, input: Input): Sdk.Payment.Promotion.CardPromotion {
  input.only(['promotionId', 'status']);
  const id = input.string('promotionId');
  const status = input.choice('status', ['PAUSED', 'IN_PROGRESS', 'TERMINATED']);
  if (status === 'TERMINATED') promotions.terminate(id);
  else promotions.pause(id, status === 'PAUSED');
  return promotions.find(id);
}

function readPartition(input: Input): Sdk.Payment.Promotion.PromotionDiscountPartition {
  input.only(['amountFrom', 'amount', 'percent']);
  const amountFrom = input.optionalInteger('amountFrom', 0) ?? 0;
  const percent = input.optionalInteger('percent', 1);
  if (percent === undefined) return { amountFrom, scheme: { type: 'AMOUNT', amount: input.integer('amount', 1) } };
  if (percent > 100) input.refuse('percent', 'must be at most 100');
  return { amountFrom, scheme: { type: 'PERCENT', percent } };
}
