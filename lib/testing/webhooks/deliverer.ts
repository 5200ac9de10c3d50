import type { Desk } from '../state/desk.js';
import { signWebhook } from '../sign-webhook.js';
import { bodyOf, corrupted } from './forgery.js';
import { Post, type Outcome } from './post.js';
import { subjectOf, type SandboxDelivery, type SandboxWebhookTarget, type Sending } from './webhook.js';

/** Of an answer's body; the rest is not kept. */
export const EXCERPT_CHARACTERS = 2000;

/** Carries out single attempts, and keeps a record of each. */
export class Deliverer {
  readonly deliveries: SandboxDelivery[] = [];
  target: SandboxWebhookTarget | undefined;
  readonly #posts = new Set<Post>();

  constructor(private readonly desk: Desk) {}

  /**
   * Signs and sends; the record is there at once.
   *
   * @param noAnswerMs - for how long an answer is waited for
   */
  deliver(sending: Sending, noAnswerMs: number): Promise<Outcome> {
    return this.desk.underWay.during(this.#deliver(sending, noAnswerMs));
  }

  /** Ends every attempt under way; nothing follows. */
  abort(): void {
    for (const post of this.#posts) post.end({ error: 'the sandbox was stopped or reset', aborted: true });
  }

  async #deliver(sending: Sending, noAnswerMs: number): Promise<Outcome> {
    const { id, event, url, attempt, manual, fault } = sending;
    const { clock } = this.desk;
    const at = clock.now();
    const delivery = {
      ...{ webhookId: id, type: event.type, ...subjectOf(event), url, attempt, manual, at },
      ...(fault && { fault }),
    };
    this.deliveries.push(delivery);
    this.desk.tell('delivery', id, { delivery });
    const outcome = await this.#post(sending, noAnswerMs);
    Object.assign(delivery, recordOf(outcome), { durationMs: clock.nowMs() - at.getTime() });
    this.desk.tell('delivery', id, { delivery });
    return outcome;
  }

  async #post({ id, event, url, fault }: Sending, noAnswerMs: number): Promise<Outcome> {
    if (this.target === undefined) return { error: 'there is no webhook secret to sign with' };
    if (fault === 'drop') return { error: 'lost on the way' };
    const secret =
      fault === 'wrong-signature' ? this.desk.random.bytes('wrong secret').toString('base64') : this.target.secret;
    // Real time, whatever the sandbox's clock says: the receiver compares it with its own clock.
    const { headers, body } = signWebhook({ secret, id, body: bodyOf(event, fault) });
    const post = new Post(url, { headers, body: fault === 'corrupt' ? corrupted(event) : body });
    this.#posts.add(post);
    const giveUp = () => post.end({ error: `no answer after ${noAnswerMs / 1000} s` });
    const cancelDeadline = this.desk.schedule(noAnswerMs, giveUp);
    // A manual clock may never get there.
    const guard = setTimeout(giveUp, noAnswerMs);
    try {
      return await post.outcome;
    } finally {
      cancelDeadline();
      clearTimeout(guard);
      this.#posts.delete(post);
    }
  }
}

function recordOf(outcome: Outcome): Pick<SandboxDelivery, 'status' | 'answer' | 'error'> {
  if ('error' in outcome) return { error: outcome.error };
  return { status: outcome.status, answer: outcome.body.slice(0, EXCERPT_CHARACTERS) };
}
