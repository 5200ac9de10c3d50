import type { Clock } from '../time/clock.js';
import { DOCUMENTED_GUESS, type SandboxUndocumented } from '../faults/undocumented.js';
import type { Answer } from './answer.js';
import { Refusal } from './refusal.js';

interface Entry {
  readonly fingerprint: string;
  readonly owner: object | undefined;
  readonly expiresAtMs: number;
  /** Absent while the first request is still at work. */
  answer?: Answer;
}

/** PortOne keeps an answer this long, "which may change". */
const KEPT_MS = 3 * 3_600_000;

/** One execution per key. */
export class IdempotencyStore {
  /** Oldest first: all are kept for the same time. */
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    private readonly undocumented: Pick<SandboxUndocumented, 'reusedKey'> = DOCUMENTED_GUESS,
  ) {}

  /** Forgets every answer, or those of one store. */
  clear(owner?: object): void {
    for (const [key, entry] of this.#entries) {
      if (owner === undefined || entry.owner === owner) this.#entries.delete(key);
    }
  }

  /**
   * @param fingerprint - what makes a request this one and no other
   * @param execute - called at most once per key in three hours; whatever it answers is stored, errors too
   * @param owner - the store whose reset forgets the answer
   * @throws Refusal while the first request of the key is still at work, and for another request
   */
  async run(
    key: string,
    fingerprint: string,
    execute: () => Promise<Answer>,
    owner?: object,
  ): Promise<{ answer: Answer; replayed: boolean }> {
    const executes = this.executes(key, fingerprint);
    const known = this.#entries.get(key);
    if (!known) {
      const entry: Entry = { fingerprint, owner, expiresAtMs: this.clock.nowMs() + KEPT_MS };
      this.#entries.set(key, entry);
      entry.answer = await execute();
      return { answer: entry.answer, replayed: false };
    }
    if (executes) return { answer: await execute(), replayed: false };
    if (known.fingerprint !== fingerprint && this.undocumented.reusedKey === 'refuse') {
      throw new Refusal('SANDBOX_IDEMPOTENCY_KEY_REUSED', {
        message:
          'This Idempotency-Key came before with another request. (What PortOne answers then is not documented.)',
      });
    }
    if (!known.answer) {
      throw new Refusal('IDEMPOTENCY_OUTSTANDING_REQUEST', { message: 'The first request is still at work.' });
    }
    return { answer: known.answer, replayed: true };
  }

  /** Whether {@link run} would execute this request, and not answer what is known of the key. */
  executes(key: string, fingerprint: string): boolean {
    this.#dropExpired();
    const known = this.#entries.get(key);
    return !known || (known.fingerprint !== fingerprint && this.undocumented.reusedKey === 'execute');
  }

  #dropExpired(): void {
    for (const [key, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs > this.clock.nowMs()) return;
      this.#entries.delete(key);
    }
  }
}

/**
 * The text of an `Idempotency-Key` header: an RFC 8941 string of 16 to 256 characters.
 *
 * @returns `undefined` without a header
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const quoted = /^ *"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)" *$/.exec(header)?.[1];
  const key = quoted?.replace(/\\(["\\])/g, '$1');
  if (key !== undefined && key.length >= 16 && key.length <= 256) return key;
  throw new Refusal('INVALID_REQUEST', {
    message: 'Idempotency-Key must be 16 to 256 printable ASCII characters in double quotes (an RFC 8941 string).',
  });
}
