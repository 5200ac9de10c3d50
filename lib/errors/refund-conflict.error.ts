/** What a refund id was used for, and what it is asked for now. */
export interface RefundDifference {
  readonly field: string;
  readonly journalled: unknown;
  readonly asked: unknown;
}

/** The refund id belongs to another refund. Nothing was sent: a refund with other terms needs an id of its own. */
export class RefundConflictError extends Error {
  override name = 'RefundConflictError';

  constructor(
    readonly refundId: string,
    readonly differences: readonly RefundDifference[],
  ) {
    const list = differences.map((d) => `${d.field} ${show(d.journalled)}, now ${show(d.asked)}`).join('; ');
    super(`Refund ${JSON.stringify(refundId)} is another one: ${list}. Give each refund an id of its own.`);
  }
}

function show(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}
