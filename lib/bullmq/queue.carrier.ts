import type { QueuedWebhook } from '../webhook/webhook-queue.js';

/**
 * Takes a context, such as that of a trace, from the process where a delivery is queued to the one that works on its jobs.
 * It travels in the jobs' data as `carrier`, texts by name, as W3C Trace Context has them (`traceparent`, `tracestate`).
 * A delivery that comes again does not change the carrier of a job that is there. Neither method may throw on its own.
 */
export interface QueueCarrier {
  /** Called in the context of the delivery: writes into the carrier what its jobs are to have. */
  inject(carrier: Record<string, string>, queued: QueuedWebhook): void;

  /**
   * Called for each attempt at a job: runs `work` in the context that the carrier names, and passes on what it returns.
   *
   * @param carrier what `inject` wrote; empty where the job was queued without
   */
  extract<T>(carrier: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T>;
}
