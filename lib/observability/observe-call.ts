import type { CallTarget } from '../client/call-target.js';
import type { AttemptEnd } from '../client/http-attempt.js';
import type { HttpRequest } from '../client/http-request.js';
import { ATTEMPT, CALL } from './channels.js';
import { errorTypeOf } from './error-type.js';
import type { PortOneAttemptMessage, PortOneCallMessage } from './messages.js';
import { Observation } from './observation.js';
import { shownPath, templateOf } from './shown-path.js';

/** Whose calls they are. */
export interface ObservedClient {
  readonly account: string | undefined;
  readonly baseUrl: string;
}

/** A call that somebody looks on; `undefined` when nobody does. */
export function observeCall(
  client: ObservedClient,
  target: CallTarget,
  request: HttpRequest,
): ObservedCall | undefined {
  return CALL.hasSubscribers || ATTEMPT.hasSubscribers ? new ObservedCall(client, target, request) : undefined;
}

export class ObservedCall {
  private readonly observation: Observation<PortOneCallMessage>;

  constructor(
    private readonly client: ObservedClient,
    private readonly target: CallTarget,
    private readonly request: HttpRequest,
  ) {
    const { account } = client;
    this.observation = new Observation(CALL, {
      ...(account !== undefined && { account }),
      operation: target.path === undefined ? 'request' : target.name,
      method: request.method,
      attempts: 0,
    });
  }

  run<R>(work: () => Promise<R>): Promise<R> {
    return this.observation.run(
      work,
      () => ({}),
      (error) => ({ errorType: errorTypeOf(error) }),
    );
  }

  /** @param headers names and values by turns: what subscribers add is appended */
  attempt(attempt: number, headers: string[], send: () => Promise<AttemptEnd>): Promise<AttemptEnd> {
    const { message: call } = this.observation;
    call.attempts = attempt;
    if (!ATTEMPT.hasSubscribers) return send();
    const { origin, hostname, port, protocol, pathname } = new URL(this.client.baseUrl);
    const template = this.target.path && templateOf(this.target.path);
    const observation = new Observation(ATTEMPT, {
      ...(call.account !== undefined && { account: call.account }),
      call,
      attempt,
      serverAddress: hostname.replace(/^\[|\]$/g, ''),
      serverPort: Number(port) || (protocol === 'http:' ? 80 : 443),
      url: origin + pathname.replace(/\/+$/, '') + shownPath(this.request.path, this.target.path),
      ...(template !== undefined && { urlTemplate: template }),
      headers: {},
    });
    const sendMore = (): Promise<AttemptEnd> => {
      for (const [name, value] of Object.entries(observation.message.headers)) {
        if (!headers.some((given, index) => index % 2 === 0 && given === name)) headers.push(name, value);
      }
      return send();
    };
    return observation.run(sendMore, endOf, (error) => ({ errorType: errorTypeOf(error) }));
  }
}

function endOf(end: AttemptEnd): Partial<PortOneAttemptMessage> {
  if (end.kind === 'answer') {
    const { status } = end;
    return status < 400 ? { status } : { status, errorType: String(status) };
  }
  return { errorType: end.kind === 'connection' ? codeOf(end.cause) : end.kind };
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET` … */
function codeOf(cause: unknown): string {
  const { code } = (typeof cause === 'object' && cause !== null ? cause : {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'connection';
}
