import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import type { Desk } from '../desk.js';

type CardPromotion = Sdk.Payment.Promotion.CardPromotion;

/** A promotion as it was made up; what it has spent, and what it is by now, is kept beside it. */
export type PromotionTerms = Omit<CardPromotion, 'spentAmount' | 'status' | 'terminatedAt'>;

interface PromotionRecord {
  readonly terms: PromotionTerms;
  readonly spentAmount: number;
  readonly paused: boolean;
  readonly terminatedAt?: string;
}

/** What a discount is asked for. */
export interface Discounted {
  readonly total: number;
  readonly currency: string;
  /** `CARD`; every other kind is refused. */
  readonly method: string;
  /** Absent: one of those that the promotion is for. */
  readonly cardCompany?: string;
}

/** The promotions of one store. */
export class Promotions {
  readonly #records = new Map<string, PromotionRecord>();

  constructor(private readonly desk: Desk) {}

  clear(): void {
    this.#records.clear();
  }

  create(terms: Omit<PromotionTerms, 'id' | 'storeId' | 'type' | 'createdAt'>): CardPromotion {
    const { desk } = this;
    const id = `promotion-${desk.random.uuid('promotion', this.#records.size)}`;
    const createdAt = desk.clock.now().toISOString();
    const whole: PromotionTerms = { type: 'CARD', id, storeId: desk.storeId, ...terms, createdAt };
    this.#change(id, { terms: whole, spentAmount: 0, paused: false });
    return this.find(id);
  }

  has(id: string): boolean {
    return this.#records.has(id);
  }

  find(id: string): CardPromotion {
    const record = this.#find(id);
    const { terms, spentAmount, terminatedAt } = record;
    return { ...terms, spentAmount, status: this.#statusOf(record), ...(terminatedAt && { terminatedAt }) };
  }

  pause(id: string, paused: boolean): void {
    this.#change(id, { ...this.#find(id), paused });
  }

  terminate(id: string): void {
    const terminatedAt = this.desk.clock.now().toISOString();
    this.#change(id, { terminatedAt, ...this.#find(id) });
  }

  /**
   * What a payment of this promotion is given off; 0 below its smallest amount.
   *
   * @throws Refusal for another means of payment, and for a discount of the whole amount or more. PortOne documents no
   * error for a promotion that is unknown, not in progress or of another currency: `INVALID_REQUEST`.
   */
  discountFor(id: string, { total, currency, method, cardCompany }: Discounted): number {
    if (!this.has(id)) throw invalid(`there is no promotion ${id}`);
    const promotion = this.find(id);
    if (method !== 'CARD' || (cardCompany !== undefined && cardCompany !== promotion.cardCompany)) {
      throw new Refusal('PROMOTION_PAY_METHOD_DOES_NOT_MATCH', {
        message: `Promotion ${id} is for cards of ${promotion.cardCompany}.`,
      });
    }
    if (promotion.status !== 'IN_PROGRESS') throw invalid(`promotion ${id} is ${promotion.status}`);
    if (currency !== promotion.currency) throw invalid(`promotion ${id} is in ${promotion.currency}`);
    const discount = discountOf(promotion, total);
    if (discount >= total) {
      throw new Refusal('DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT', {
        message: `The discount of ${discount} is not less than the total of ${total}.`,
      });
    }
    const left = promotion.totalBudget - promotion.spentAmount;
    if (discount > left) throw invalid(`promotion ${id} has ${left} left, less than the discount of ${discount}`);
    return discount;
  }

  /** What it gives off what is left of a payment that had it, whatever became of the promotion since. */
  discountOfRest(id: string, total: number): number {
    return Math.min(discountOf(this.find(id), total), total);
  }

  spend(id: string, amount: number): void {
    const record = this.#find(id);
    this.#change(id, { ...record, spentAmount: record.spentAmount + amount });
  }

  /** Puts back what a cancelled payment had, unless the promotion says that it is lost. */
  recover(id: string, amount: number): void {
    const record = this.#find(id);
    if (record.terms.recoverOption.type !== 'RECOVER') return;
    this.#change(id, { ...record, spentAmount: record.spentAmount - amount });
  }

  #find(id: string): PromotionRecord {
    const record = this.#records.get(id);
    if (record) return record;
    throw new Refusal('PROMOTION_NOT_FOUND', { message: `There is no promotion ${id}.` });
  }

  #change(id: string, record: PromotionRecord): void {
    this.#records.set(id, record);
    this.desk.tell('promotion', id);
  }

  #statusOf({ terms, spentAmount, paused, terminatedAt }: PromotionRecord): CardPromotion['status'] {
    const nowMs = this.desk.clock.nowMs();
    if (terminatedAt !== undefined) return 'TERMINATED';
    if (nowMs >= Date.parse(terms.endAt)) return 'COMPLETED';
    if (nowMs < Date.parse(terms.startAt)) return 'SCHEDULED';
    if (spentAmount >= terms.totalBudget) return 'BUDGET_EXHAUSTED';
    return paused ? 'PAUSED' : 'IN_PROGRESS';
  }
}

function discountOf({ discountPolicy, maxDiscountAmount = Infinity }: CardPromotion, total: number): number {
  const partition = discountPolicy.partitions
    .filter(({ amountFrom }) => amountFrom <= total)
    .sort((a, b) => b.amountFrom - a.amountFrom)[0];
  if (!partition) return 0;
  const { scheme } = partition;
  let amount = 0;
  if ('amount' in scheme) ({ amount } = scheme);
  else if ('percent' in scheme) amount = Math.floor((total * scheme.percent) / 100);
  return Math.min(amount, maxDiscountAmount);
}

function invalid(why: string): Refusal {
  return new Refusal('INVALID_REQUEST', { message: `promotionId: ${why}.` });
}
