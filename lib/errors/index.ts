/**
 * `nestjs-portone/errors`: a class for every error type of PortOne, for `instanceof` and `@Catch()`.
 * `error instanceof PaymentNotFoundError` is true of the SDK's `GetPaymentError`, `CancelPaymentError` … whose
 * `data.type` is `PAYMENT_NOT_FOUND`, and narrows `error.data`.
 */
export * from './error-kinds.js';
