/**
 * What reads like a billing key is none: `NEEDS_CONFIRMATION` stands in its place until the issue is approved with
 * `BillingKeyService.approve` or `approveAndPay`.
 */
export class BillingKeyNotConfirmedError extends Error {
  override name = 'BillingKeyNotConfirmedError';

  constructor(readonly operation: string) {
    super(
      `${operation}: PortOne has NEEDS_CONFIRMATION in place of a billing key. Approve its issue with the browser's billingIssueToken, and keep the billing key that this gives.`,
    );
  }
}
