import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import { OPERATIONS } from '../client/operations.generated.js';
import type { PortOneClient } from '../client/portone-client.js';
import type { AccountFlows } from '../portone.stores.js';

/** The areas of the SDK that a service is made of. */
export type ServiceArea =
  | 'payment'
  | 'payment.billingKey'
  | 'payment.paymentSchedule'
  | 'payment.cashReceipt'
  | 'payment.promotion'
  | 'payment.additionalFeature'
  | 'identityVerification'
  | 'reconciliation'
  | 'b2b.taxInvoice'
  | 'platform'
  | 'pgSpecific';

type AreaOf<C, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof C
    ? AreaOf<C[Head], Rest>
    : never
  : Path extends keyof C
    ? C[Path]
    : never;

type OperationNames<Area> = {
  [K in keyof Area]: Area[K] extends (...args: never[]) => unknown ? K : never;
}[keyof Area];

/** An area's operations, without the areas below it. */
export type Operations<Path extends ServiceArea> = Pick<
  AreaOf<PortOneClient, Path>,
  OperationNames<AreaOf<PortOneClient, Path>>
>;

/** What every service has: the client that it calls. */
export abstract class AreaService {
  protected readonly client: PortOneClient;

  constructor(client: PortOneClient) {
    this.client = client;
  }
}

/**
 * A class whose methods are an area's operations, each handing its arguments to the client:
 * `class PaymentService extends operationsOf('payment')`. They are methods of the prototype, so that they can be spied
 * upon and found by tools as any other. All services are made alike, from client, settings and
 * what flows remember in; what needs the latter two not leaves them.
 *
 * @param check - what every answer goes through
 */
export function operationsOf<Path extends ServiceArea>(
  path: Path,
  check?: (answer: unknown, operation: string) => unknown,
): abstract new (
  client: PortOneClient,
  settings: ClientSettings,
  flows?: AccountFlows,
) => AreaService & Operations<Path> {
  abstract class AreaOperations extends AreaService {}
  const prefix = `${path}.`;
  for (const { name } of OPERATIONS) {
    const method = name.slice(prefix.length);
    if (!name.startsWith(prefix) || method.includes('.')) continue;
    // The shorthand makes a method that carries the operation's name into stack traces.
    const { [method]: value } = {
      [method](this: AreaOperations, options?: object, call?: CallOptions): Promise<unknown> {
        // Looked up at each call, so that a client whose operation is replaced in a test is heeded.
        const answer = areaOf(this.client, path)[method]!(options, call);
        return check === undefined ? answer : answer.then((value) => check(value, name));
      },
    };
    Object.defineProperty(AreaOperations.prototype, method, { value, writable: true, configurable: true });
  }
  return AreaOperations as unknown as ReturnType<typeof operationsOf<Path>>;
}

type AreaMethods = Record<string, (options?: object, call?: CallOptions) => Promise<unknown>>;

function areaOf(client: PortOneClient, path: string): AreaMethods {
  let area: unknown = client;
  for (const name of path.split('.')) area = (area as Record<string, unknown>)[name];
  return area as AreaMethods;
}
