/** What the browser SDK answers when a person leaves the window. */
export function cancelled(what) {
  const text = `사용자가 ${what} 취소하였습니다.`;
  return { code: 'FAILURE_TYPE_PG', message: text, pgCode: 'PAY_PROCESS_CANCELED', pgMessage: text };
}

/** And when the payment provider refuses. */
export function declined({ pgCode = 'PG_ERROR', pgMessage, reason }) {
  const text = pgMessage ?? reason ?? '결제가 거절되었습니다.';
  return { code: 'FAILURE_TYPE_PG', message: text, pgCode, pgMessage: text };
}

const CODES = {
  ALREADY_PAID: 'PaymentAlreadyPaid',
  BILLING_KEY_NOT_FOUND: 'BillingKeyNotFound',
  CHANNEL_NOT_FOUND: 'ChannelNotFound',
  IDENTITY_VERIFICATION_ALREADY_VERIFIED: 'IdentityVerificationAlreadyVerified',
  INVALID_REQUEST: 'RequestParseFailed',
  PAYMENT_NOT_FOUND: 'PaymentNotFound',
  SANDBOX_NOT_FOUND: 'StoreNotFound',
};

/** What it answers when the sandbox refused, in the browser SDK's own words. */
export function refused({ message, data }) {
  if (data?.type === 'PG_PROVIDER') return declined(data);
  return { code: CODES[data?.type] ?? 'UnknownError', message };
}
