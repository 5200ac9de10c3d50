import type { SubscriptionEvent, SubscriptionPlan } from '../../../lib/index.js';

/** Something that was asked of the service: between `tried` and `done` it may or may not have had its effect. */
export interface Wish {
  readonly kind: 'start' | 'card' | 'pause' | 'resume' | 'cancel';
  readonly tried: Date;
  done?: Date;
}

/** One subscription of a run, and all that is known of it without the service. */
export class Subscriber {
  billingKey = '';
  /** What the service is asked for, in order. */
  readonly wishes: Wish[] = [];
  /** What the hooks were told, and when. */
  readonly told: { at: Date; event: SubscriptionEvent }[] = [];
  /** When a charge that had failed was made to succeed. */
  readonly lateSuccesses: Date[] = [];

  constructor(
    readonly id: string,
    readonly story: Story,
    readonly plan: SubscriptionPlan,
  ) {}

  get lapses(): Date[] {
    return this.told.filter(({ event }) => event.type === 'lapsed').map(({ at }) => at);
  }

  /** When it was not to be charged: from when that may have begun to when it may have ended. */
  get pauses(): { from: Date; to: Date | undefined }[] {
    const begins = [
      ...this.wishes.filter(({ kind }) => kind === 'pause' || kind === 'cancel').map(({ tried }) => tried),
      ...this.lapses,
    ];
    const ends = this.wishes.filter(({ kind }) => kind === 'resume');
    return begins.map((from) => ({ from, to: ends.find(({ tried }) => tried > from)?.done }));
  }
}

export const STORIES = [
  'plain',
  'card-change',
  'decline',
  'lapse',
  'late-success',
  'late-success-after-dunning',
  'pause',
  'cancel',
  'cancel-too-late',
  'key-deleted',
] as const;
export type Story = (typeof STORIES)[number];

const PLANS: readonly Pick<SubscriptionPlan, 'interval' | 'anchorDate' | 'timeZone'>[] = [
  { interval: { unit: 'MONTH', count: 1 }, anchorDate: '2027-01-31' },
  { interval: { unit: 'MONTH', count: 1 }, anchorDate: '2027-05-15' },
  { interval: { unit: 'MONTH', count: 1 }, anchorDate: '2027-03-30', timeZone: 'America/New_York' },
  { interval: { unit: 'WEEK', count: 1 }, anchorDate: '2027-05-31' },
  { interval: { unit: 'WEEK', count: 2 }, anchorDate: '2027-06-02', timeZone: 'Europe/London' },
  { interval: { unit: 'YEAR', count: 1 }, anchorDate: '2024-02-29' },
  { interval: { unit: 'MONTH', count: 3 }, anchorDate: '2026-11-30' },
];

/**
 * One of a run.
 *
 * @param part - counts those of its world: each world has every story, and every story every plan
 */
export function subscriber(index: number, part: number, fraction: number): Subscriber {
  const hour = 9 + Math.floor(fraction * 5);
  return new Subscriber(`subscription-${index}`, STORIES[part % STORIES.length]!, {
    ...PLANS[part % PLANS.length]!,
    timeOfDay: `${String(hour).padStart(2, '0')}:30`,
    amount: 1_000 + index,
    currency: 'KRW',
    orderName: 'Membership',
  });
}
