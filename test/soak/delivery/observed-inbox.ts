import { randomUUID } from 'node:crypto';

import type { RedrivingWebhookInbox } from '../../../lib/index.js';
import type { Breakage } from './breakage.js';
import type { JournalWriter } from './journal.js';
import type { Moments } from './moments.js';
import { machineNow } from './terms.js';

/**
 * Writes down which claims a process has, and since when. The methods of the inbox are replaced, so that the package
 * itself sees nothing of it.
 */
export class ObservedInbox {
  /** The token of each delivery's claim, by inbox id. */
  readonly #tokens = new Map<string, string>();

  constructor(
    private readonly inbox: RedrivingWebhookInbox,
    private readonly journal: JournalWriter,
    private readonly moments: Moments,
    breakage: Breakage | undefined,
  ) {
    breakInbox(inbox, breakage);
    this.#observe();
  }

  /** Of the claim under which a handler runs: of the delivery, or of its handler's job alone. */
  tokenOf(deliveryId: string, handler: string): string {
    return this.#tokens.get(`/${deliveryId}#${handler}`) ?? this.#tokens.get(`/${deliveryId}`) ?? 'none';
  }

  #observe(): void {
    const { inbox, journal, moments } = this;
    const { claim, claimDue, renew, complete } = methodsOf(inbox);
    inbox.claim = async (id, ...args) => {
      const asked = machineNow();
      const answer = await claim(id, ...args);
      // `full` has no room for it; every other answer knows it.
      if (answer.state !== 'full') journal.accepted(deliveryOf(id));
      if (answer.state === 'claimed') this.#claimed(id, answer.token, asked);
      return answer;
    };
    inbox.claimDue = async (...args) => {
      const asked = machineNow();
      const due = await claimDue(...args);
      if (due?.state === 'claimed') this.#claimed(due.id, due.token, asked);
      return due;
    };
    inbox.renew = async (id, token, leaseMs) => {
      const asked = machineNow();
      const renewed = await renew(id, token, leaseMs);
      if (renewed) journal.lease(token, asked);
      return renewed;
    };
    inbox.complete = (...args) => {
      moments.at('completes');
      return complete(...args);
    };
  }

  #claimed(id: string, token: string, asked: number): void {
    this.#tokens.set(id, token);
    this.journal.lease(token, asked);
    this.moments.at('claimed');
  }
}

/** `/<delivery>`, and `/<delivery>#<handler>` where a queue brings one handler's work. */
function deliveryOf(inboxId: string): string {
  return inboxId.slice(1).split('#')[0]!;
}

function breakInbox(inbox: RedrivingWebhookInbox, breakage: Breakage | undefined): void {
  const { claim, complete } = methodsOf(inbox);
  if (breakage === 'no-redrive') inbox.claimDue = () => Promise.resolve(null);
  if (breakage === 'no-lease-renewal' || breakage === 'no-lease') inbox.renew = () => Promise.resolve(true);
  if (breakage === 'no-completion') {
    inbox.completeHandler = () => Promise.resolve(true);
    // By another name each time, it is never found through before.
    const inTransaction = inbox.inTransaction?.bind(inbox);
    if (inTransaction)
      inbox.inTransaction = (id, handler, work) => inTransaction(id, `${handler}.${randomUUID()}`, work);
  }
  if (breakage !== 'no-lease') return;
  let claims = 0;
  inbox.claim = async (...args) => {
    const answer = await claim(...args);
    if (answer.state !== 'in-progress') return answer;
    claims += 1;
    return { state: 'claimed', token: randomUUID(), attempt: claims, completedHandlers: [] };
  };
  inbox.complete = (...args) => complete(...args).then(() => true);
}

function methodsOf(inbox: RedrivingWebhookInbox) {
  return {
    claim: inbox.claim.bind(inbox),
    claimDue: inbox.claimDue.bind(inbox),
    renew: inbox.renew.bind(inbox),
    complete: inbox.complete.bind(inbox),
  };
}
