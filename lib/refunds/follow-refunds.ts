import { Logger } from '@nestjs/common';

import type { RefundJournal, RefundRecord } from './refund-journal.js';
import type { Refund } from './refund-options.js';
import type { RefundCallOptions, Refunds } from './refunds.js';

/** What `followRefunds` found. */
export interface FollowedRefunds {
  /** Those that came to their end, one way or the other. */
  readonly ended: readonly (Refund & { readonly refundId: string; readonly paymentId: string })[];
  /** Those that the provider has not said anything of yet. */
  readonly waiting: number;
  /** Those of which it could not be found out now; refused ones are not followed any more. */
  readonly failures: readonly { readonly refundId: string; readonly paymentId: string; readonly error: unknown }[];
}

const PAGE_SIZE = 100;

/** A refund that was begun so lately is somebody else's work. */
const AT_WORK_MS = 120_000;

/** Brings every refund of the journal that is not at its end as far as it goes, one after the other. */
export async function followRefunds(
  refunds: Refunds,
  { account, journal, now }: { account: string; journal: RefundJournal; now: () => Date },
  call: RefundCallOptions | undefined,
): Promise<FollowedRefunds> {
  const logger = new Logger('PortOneRefunds');
  const ended: (Refund & { refundId: string; paymentId: string })[] = [];
  const failures: { refundId: string; paymentId: string; error: unknown }[] = [];
  let waiting = 0;
  for await (const record of openRefunds(journal, account)) {
    call?.signal?.throwIfAborted();
    const { refundId, paymentId } = record;
    if (record.state === 'OPEN' && now().getTime() - Date.parse(record.begunAt) < AT_WORK_MS) {
      waiting++;
      continue;
    }
    try {
      const refund = await refunds.resume(record, call);
      if (refund.status === 'REQUESTED') waiting++;
      else ended.push({ ...refund, refundId, paymentId });
    } catch (error) {
      logger.error(`Refund ${JSON.stringify(refundId)} of payment ${JSON.stringify(paymentId)}: ${String(error)}`);
      failures.push({ refundId, paymentId, error });
    }
  }
  return { ended, waiting, failures };
}

async function* openRefunds(journal: RefundJournal, account: string): AsyncGenerator<RefundRecord, void, undefined> {
  let after = '';
  for (;;) {
    const page = await journal.open(account, after, PAGE_SIZE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.refundId;
  }
}
