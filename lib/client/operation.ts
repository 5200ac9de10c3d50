import type { SdkArea } from '../errors/sdk-areas.generated.js';
import type { HttpRequest } from './http-request.js';

/** One row of the operation table: where each option of an SDK function goes in the request, and what comes back. */
export interface Operation {
  /** Where the official SDK keeps the function: `payment.billingKey.getBillingKeyInfo`. */
  readonly name: string;
  readonly method: HttpRequest['method'];
  /** Literal text and the name of the option that is put behind it, by turns: `['/payments/', 'paymentId', '/cancel']`. */
  readonly path: readonly string[];
  /** The options sent as query fields of their own name, in the SDK's order. */
  readonly query?: readonly string[];
  /** The options that are the fields of the JSON body, in the SDK's order. Absent: no body is sent, not even `{}`. */
  readonly body?: readonly string[];
  /** The same for GET and DELETE, which carry the JSON in the query field `requestBody`, behind the other fields. */
  readonly requestBody?: readonly string[];
  /** `true`: the SDK puts the client's `storeId` in the JSON where the call gives none. Absent: it does not. */
  readonly fillsStoreId?: true;
  /** How a successful answer is read: parsed, as it is, or not at all. */
  readonly answer: 'json' | 'text' | 'none';
  /** The class that the SDK throws for this operation. */
  readonly error: string;
  /** The sub-path of the SDK that exports the class. */
  readonly errorFrom: SdkArea;
}

/** The first argument of an operation, as far as building its request needs to know it. */
export type OperationOptions = Readonly<Record<string, unknown>>;
