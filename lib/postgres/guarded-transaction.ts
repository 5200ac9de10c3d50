import type { PortOneTransaction } from '../portone.transaction.js';

/** Statements that begin or end a transaction; those about savepoints do not. */
const CONTROL =
  /^(?:\s|--[^\n]*\n|\/\*(?:(?!\*\/).)*\*\/)*(?:begin|start\s+transaction|commit|end|abort|prepare\s+transaction|rollback(?!(?:\s+(?:work|transaction))?\s+to\b))\b/is;

/**
 * The driver's own client, for the time of a transaction: whatever would end the transaction is refused, since the
 * note that a handler is through would take effect before the handler's work, and so is what comes after the end, since
 * the connection has another user then.
 */
export class GuardedTransaction<Client extends object> {
  private ended = false;
  readonly client: Client;

  constructor(client: Client) {
    this.client = new Proxy(client, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const refusal = this.refusal(property, args[0]);
          if (refusal === undefined) return Reflect.apply(value, target, args);
          const callback = args.at(-1);
          if (typeof callback !== 'function') return Promise.reject(refusal);
          Reflect.apply(callback, undefined, [refusal]);
          return undefined;
        };
      },
    });
  }

  get transaction(): PortOneTransaction {
    return this.client as unknown as PortOneTransaction;
  }

  end(): void {
    this.ended = true;
  }

  private refusal(method: string | symbol, query: unknown): Error | undefined {
    if (method === 'release' || method === 'end' || method === 'rollback') return new Error(NOT_YOURS);
    if (method !== 'query' && method !== 'exec' && method !== 'sql') return undefined;
    if (this.ended) {
      return new Error(
        'The transaction has ended, so this statement was not run. Await every query before the handler returns.',
      );
    }
    const text = typeof query === 'string' ? query : (query as { text?: unknown } | undefined)?.text;
    return typeof text === 'string' && CONTROL.test(text) ? new Error(NOT_YOURS) : undefined;
  }
}

const NOT_YOURS =
  'This transaction is committed when the handler returns and rolled back when it throws; it cannot be ended in ' +
  'between. For a transaction within it use a savepoint.';
