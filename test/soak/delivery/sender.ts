import { setTimeout as wait } from 'node:timers/promises';

import { Agent, request } from 'undici';

import { signWebhook } from '../../../lib/testing/index.js';
import type { Dice } from '../payments/dice.js';
import type { ShopProcess } from './shop-fleet.js';
import { SECRET, type EventType } from './terms.js';

/** As often as PortOne sends a delivery. */
const SENDINGS = 5;
/** PortOne waits for 30 s. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The answer, beside every 200, that nobody gives without having the delivery in the inbox. */
const HAD_IT = 'WEBHOOK_HANDLER_FAILED';

/** A delivery, and what became of its sendings. */
export interface Delivery {
  readonly id: string;
  readonly type: EventType;
  readonly answers: string[];
  /** The shop has it, by its answer or its journal: it must not be lost. */
  accepted: boolean;
  /** PortOne heard a 2xx. */
  acknowledged: boolean;
}

export class Sender {
  readonly #agent = new Agent({ connections: 64, headersTimeout: ANSWER_TIMEOUT_MS });
  sent = 0;

  /** @param processes those that take deliveries */
  constructor(private readonly processes: readonly ShopProcess[]) {}

  /** How many processes take deliveries. */
  get width(): number {
    return this.processes.length;
  }

  /** As PortOne does: again until it hears a 2xx. Now and then it goes to several processes at once, or comes again. */
  async deliver(delivery: Delivery, dice: Dice, signal: AbortSignal): Promise<void> {
    for (let left = SENDINGS; left > 0 && !signal.aborted;) {
      const copies = Math.min(left, dice.chance(0.12) ? dice.integer(2, 3) : 1);
      await Promise.all(Array.from({ length: copies }, () => this.#post(delivery, dice.one(this.processes))));
      left -= copies;
      if (delivery.acknowledged && !dice.chance(0.1)) return;
      if (left > 0) await wait(1_200 * dice.fraction() ** 2);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #post(delivery: Delivery, { name, url }: ShopProcess): Promise<void> {
    this.sent += 1;
    const answer = url === undefined ? 'nobody is there' : await this.#answer(delivery, url);
    delivery.answers.push(`${name}: ${answer}`);
    const [status = '', type = ''] = answer.split(' ');
    if (status === '200') delivery.acknowledged = true;
    if (status === '200' || type === HAD_IT) delivery.accepted = true;
  }

  async #answer({ id, type }: Delivery, url: string): Promise<string> {
    const event = {
      type,
      timestamp: '2026-11-22T00:00:00.000Z',
      data: { paymentId: `payment-${id}`, transactionId: `tx-${id}`, cancellationId: `c-${id}`, storeId: 'store-1' },
    };
    const { headers, body } = signWebhook({ secret: SECRET, id, body: JSON.stringify(event) });
    try {
      const response = await request(url, { method: 'POST', headers: { ...headers }, body, dispatcher: this.#agent });
      const { type = '' } = (await response.body.json()) as { type?: string };
      return `${response.statusCode} ${type}`;
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    }
  }
}
