import { setTimeout as wait } from 'node:timers/promises';

import { PortOneWebhook, type TransactionalWebhookDelivery, type WebhookDelivery } from '../../../lib/index.js';
import type { SeededRandom } from '../../../lib/testing/state/random.js';
import { actOf, type Act } from './acts.js';
import type { JournalWriter } from './journal.js';
import type { Moments } from './moments.js';
import type { ObservedInbox } from './observed-inbox.js';
import { LEASE_MS, type HandlerId } from './terms.js';

/** Without a unique constraint, so that whatever is written twice is there twice. */
export const EFFECTS_TABLE =
  'CREATE TABLE effects (delivery text NOT NULL, handler text NOT NULL, final boolean NOT NULL)';
const WRITE_EFFECT = 'INSERT INTO effects (delivery, handler, final) VALUES ($1, $2, $3)';

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** What the handlers of a process have to do with. */
export interface Surroundings {
  readonly random: SeededRandom;
  readonly journal: JournalWriter;
  readonly moments: Moments;
  readonly inbox: ObservedInbox;
  /** A connection of the application's own: each statement takes effect by itself. */
  readonly query: Query;
}

/**
 * The run of a handler: it has its effect sooner or later, as the dice say, and heeds the signal before every step. When
 * that aborts, the run is over for the journal: nobody can take back the step that is under way.
 */
async function run(handler: HandlerId, delivery: WebhookDelivery, shop: Surroundings, query: Query): Promise<void> {
  const { journal, moments, random } = shop;
  const { id, signal, attempt } = delivery;
  const run = journal.begin(id, handler, shop.inbox.tokenOf(id, handler));
  signal.addEventListener('abort', () => journal.end(run));
  try {
    moments.at('begun');
    const act = actOf(random, id, handler, attempt);
    const chance = random.fraction('pace', id, handler, attempt);
    await wait(timeFor(act, chance), undefined, { signal });
    if (act === 'throws') throw new Error(`It ${act}.`);
    const vain = act === 'throws behind its effect';
    signal.throwIfAborted();
    await query(WRITE_EFFECT, [id, handler, !vain]);
    moments.at('written');
    if (vain) throw new Error(`It ${act}.`);
  } finally {
    journal.end(run);
  }
}

function timeFor(act: Act, chance: number): number {
  if (act === 'hangs') return 2 ** 31 - 1;
  return act === 'takes longer than the lease' ? LEASE_MS * (1.2 + chance) : 8 * chance;
}

/** A handler whose effects are its own to write. */
export class Shop {
  constructor(private readonly surroundings: Surroundings) {}

  @PortOneWebhook('Transaction.Paid', 'Transaction.Failed', { id: 'shop' })
  onEvent(_event: unknown, delivery: WebhookDelivery): Promise<void> {
    return run('shop', delivery, this.surroundings, this.surroundings.query);
  }
}

/** A handler whose effects are written in the inbox's transaction. */
export class TransactionalLedger {
  constructor(private readonly surroundings: Surroundings) {}

  @PortOneWebhook('Transaction.Paid', 'Transaction.Cancelled', { id: 'ledger', transactional: true })
  onEvent(_event: unknown, delivery: TransactionalWebhookDelivery): Promise<void> {
    const { transaction } = delivery;
    return run('ledger', delivery, this.surroundings, (text, values) => transaction.query(text, values));
  }
}

/** The same where the inbox has no transactions. */
export class PlainLedger {
  constructor(private readonly surroundings: Surroundings) {}

  @PortOneWebhook('Transaction.Paid', 'Transaction.Cancelled', { id: 'ledger' })
  onEvent(_event: unknown, delivery: WebhookDelivery): Promise<void> {
    return run('ledger', delivery, this.surroundings, this.surroundings.query);
  }
}
