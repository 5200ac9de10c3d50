import type { Dispatcher } from 'undici';

import type { Clock } from './clock.js';
import type { Expiring } from './deadlines.js';

/** An HTTP answer, whatever its status. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
  /** The body was longer than any answer of the API and was not read to its end. */
  readonly tooLarge: boolean;
}

/** An attempt that ended without an answer. */
export interface NoHttpAnswer {
  readonly kind: 'connection' | 'timeout' | 'aborted';
  /** Whether anything of the request may have left this process. */
  readonly sent: boolean;
  /** What undici, the socket or the signal said. */
  readonly cause: unknown;
}

export type AttemptEnd = HttpAnswer | NoHttpAnswer;

/** The largest body that is read: far above any page of any list, far below what would exhaust a process. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/** Tells undici that a request need not be sent any more. */
const ABANDONED = new Error('The call ended before its request was sent.');

/** One request on its way: undici's handler, and what the deadline and the caller's signal act upon. */
export class HttpAttempt implements Dispatcher.DispatchHandler, Expiring {
  deadline: number;
  #sent = false;
  #ended = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #contentType = '';
  #retryAfter: string | undefined;
  #size = 0;
  #first: Buffer = EMPTY;
  #rest: Buffer[] | undefined;

  /**
   * @param mayWait - whether the request may have to wait for a free connection; that time is not its own, so the
   * clock starts anew when it is sent
   */
  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    private readonly mayWait: boolean,
    private readonly onEnd: (attempt: HttpAttempt, end: AttemptEnd) => void,
  ) {
    this.deadline = clock.now() + timeoutMs;
  }

  /** Called by undici right before it writes the request to a connection. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown here it takes the request out of undici's queue and leaves the connection to others; `abort` would not.
    if (this.#ended) throw ABANDONED;
    this.#sent = true;
    this.#controller = controller;
    if (this.mayWait) this.deadline = this.clock.now() + this.timeoutMs;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#contentType = first(headers['content-type']) ?? '';
    this.#retryAfter = first(headers['retry-after']);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    if (this.#size === 0) this.#first = chunk;
    else (this.#rest ??= []).push(chunk);
    this.#size += chunk.length;
    if (this.#size > MAX_BODY_BYTES) this.#stop(this.#answer(true));
  }

  onResponseEnd(): void {
    this.#end(this.#answer(false));
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, cause: unknown): void {
    this.fail(cause);
  }

  /** The dispatcher refused or lost the request. */
  fail(cause: unknown): void {
    this.#end({ kind: 'connection', sent: this.#sent, cause });
  }

  expire(): void {
    this.#stop({ kind: 'timeout', sent: this.#sent, cause: undefined });
  }

  abort(reason: unknown): void {
    this.#stop({ kind: 'aborted', sent: this.#sent, cause: reason });
  }

  #answer(tooLarge: boolean): HttpAnswer {
    return {
      kind: 'answer',
      status: this.#status,
      contentType: this.#contentType,
      retryAfter: this.#retryAfter,
      body: this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest], this.#size),
      tooLarge,
    };
  }

  /** Ends the call first, so that what undici reports about the broken connection finds it ended. */
  #stop(end: AttemptEnd): void {
    const live = !this.#ended;
    this.#end(end);
    if (live) this.#controller?.abort(ABANDONED);
  }

  #end(end: AttemptEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd(this, end);
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
