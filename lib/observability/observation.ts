import type { TracingChannel } from 'node:diagnostics_channel';

import type { PortOneObserved } from './messages.js';

type Around = Parameters<PortOneObserved['within']>[0];

/** What is known at the start. */
type Beginning<M> = Omit<M, keyof Omit<PortOneObserved, 'account'>>;

/** An operation that somebody looks on. Whatever they do, it goes as it would without them. */
export class Observation<M extends PortOneObserved> {
  readonly message: M;
  private readonly arounds: Around[] = [];
  private readonly startedAt = performance.now();
  private tellOver: () => void = () => {};
  private readonly over = new Promise<void>((resolve) => (this.tellOver = resolve));

  constructor(
    private readonly channel: TracingChannel<unknown, M>,
    beginning: Beginning<M>,
  ) {
    const within = (around: Around): void => void this.arounds.push(around);
    this.message = { ...beginning, within } as unknown as M;
  }

  /** Runs the work and tells of it, whatever comes of it, before that is passed on. */
  async run<R>(
    work: () => Promise<R>,
    ended: (result: R) => Partial<M>,
    failed: (error: unknown) => Partial<M>,
  ): Promise<R> {
    let result: Promise<R> | undefined;
    const begin = (): Promise<void> => {
      result ??= settled(work);
      return this.over;
    };
    const told = this.channel.tracePromise(() => {
      this.beginWithin(begin);
      return begin();
    }, this.message);
    try {
      const value = await result!;
      this.end(ended(value));
      return value;
    } catch (error) {
      this.end(failed(error));
      throw error;
    } finally {
      await told;
    }
  }

  /** Tells of the end, the first time that it is called. */
  end(known: Partial<M>): void {
    if (this.message.durationMs !== undefined) return;
    Object.assign(this.message, known, { durationMs: performance.now() - this.startedAt });
    if (this.message.errorType !== undefined) this.channel.error.publish(this.message);
    this.tellOver();
  }

  private beginWithin(begin: () => Promise<void>): void {
    const nested = this.arounds.reduceRight<() => Promise<void>>(
      (inner, around) => () => {
        try {
          Promise.resolve(around(inner)).catch(warn);
        } catch (error) {
          warn(error);
        }
        return this.over;
      },
      begin,
    );
    void nested();
  }
}

/** What is thrown at once rejects too. */
async function settled<R>(work: () => Promise<R>): Promise<R> {
  return work();
}

/** To look on is no reason for a payment to fail, nor for a process to end. */
function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A subscriber's within() failed: ${text}`, { code: 'PORTONE_OBSERVATION' });
}
