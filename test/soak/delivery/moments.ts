import type { JournalWriter } from './journal.js';

/** Points of a delivery's way at which a process may be killed or stopped. */
export const MOMENTS = {
  web: ['arrived', 'answers'],
  worker: ['claimed', 'begun', 'written', 'completes'],
} as const;
export type Moment = (typeof MOMENTS)['web' | 'worker'][number];

/** What the parent asks for: the next time this point is reached, this signal. */
export interface Order {
  readonly moment: Moment;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** Has the process killed or stopped exactly where it was ordered to be. */
export class Moments {
  order: Order | undefined;

  constructor(private readonly journal: Pick<JournalWriter, 'killed'>) {}

  at(moment: Moment): void {
    if (this.order?.moment !== moment) return;
    const { signal } = this.order;
    this.order = undefined;
    if (signal === 'SIGKILL') this.journal.killed();
    else process.send?.({ stopped: true });
    process.kill(process.pid, signal);
  }
}
