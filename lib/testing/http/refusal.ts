import { DESCRIBED_ERROR_STATUS } from '../../errors/error-status.generated.js';

type PortOneErrorType = keyof typeof DESCRIBED_ERROR_STATUS;

/** What the sandbox refuses that PortOne has no error type for, or none that is documented. */
const SANDBOX_STATUS = {
  /** An operation that the sandbox does not know. */
  SANDBOX_NOT_IMPLEMENTED: 501,
  /** A control, a store or a fault that there is not. */
  SANDBOX_NOT_FOUND: 404,
  /** An idempotency key that came before with another request. PortOne does not document what it answers then. */
  SANDBOX_IDEMPOTENCY_KEY_REUSED: 422,
  /** In PortOne's guide, yet not in its OpenAPI description. */
  IDEMPOTENCY_OUTSTANDING_REQUEST: 409,
} as const;

export type RefusalType = PortOneErrorType | keyof typeof SANDBOX_STATUS;

interface RefusalFields {
  readonly message?: string;
  /** Of `PG_PROVIDER`. */
  readonly pgCode?: string;
  readonly pgMessage?: string;
  /** Of `CHANNEL_SPECIFIC`: each channel that failed, and those that did not. */
  readonly failures?: readonly object[];
  readonly succeededChannels?: readonly object[];
}

/** An error answer: `data` is its JSON. */
export class Refusal extends Error {
  override name = 'PortOneSandboxError';
  readonly data: { readonly type: RefusalType } & RefusalFields;
  /** The HTTP status that PortOne gives this type. */
  readonly status: number;

  constructor(type: RefusalType, fields: RefusalFields = {}) {
    super(fields.message ?? fields.pgMessage ?? type);
    this.data = { type, ...fields };
    this.status =
      type in SANDBOX_STATUS
        ? SANDBOX_STATUS[type as keyof typeof SANDBOX_STATUS]
        : DESCRIBED_ERROR_STATUS[type as PortOneErrorType];
  }
}
