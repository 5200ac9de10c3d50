/** What is known of an error once its type is. */
import { Payment, type Common } from '@portone/server-sdk';
import {
  isPortOneApiError,
  PaymentVerificationError,
  PortOneExceptionFilter,
  PortOneTimeoutError,
  WebhookVerificationError,
  type httpStatusOf,
} from 'nestjs-portone';
import {
  AlreadyPaidError,
  PaymentNotFoundError,
  PgProviderError,
  SessionExpiredError,
  UnknownError,
} from 'nestjs-portone/errors';

import { same, type Same } from './same.js';

export function isPortOneApiErrorNarrows(error: unknown): void {
  // @ts-expect-error nothing is known of it yet
  void error.data;
  if (isPortOneApiError(error)) {
    same<Same<typeof error.status, number | undefined>>();
    same<Same<typeof error.operation, string | undefined>>();
    same<Same<typeof error.idempotencyKey, string | undefined>>();
    if (error.data.type === 'PG_PROVIDER') void error.data.pgCode;
    // @ts-expect-error not every error has it
    void error.data.pgCode;
  }
  if (isPortOneApiError(error, 'PG_PROVIDER')) {
    same<Same<typeof error.data, Common.PgProviderError>>();
    same<Same<typeof error.data.pgMessage, string>>();
  }
  if (isPortOneApiError(error, 'PAYMENT_NOT_FOUND', 'FORBIDDEN')) {
    same<Same<typeof error.data.type, 'PAYMENT_NOT_FOUND' | 'FORBIDDEN'>>();
    // @ts-expect-error neither of the two has it
    void error.data.pgCode;
  }
  if (isPortOneApiError(error, 'NEWER_THAN_THIS_VERSION')) {
    same<Same<typeof error.data.type, 'NEWER_THAN_THIS_VERSION'>>();
  }
  if (isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) {
    // @ts-expect-error it is read, not written
    error.data = { type: 'PAYMENT_NOT_FOUND' };
  }
}

export function errorKindsNarrow(error: unknown): void {
  if (error instanceof PaymentNotFoundError) same<Same<typeof error.data, Payment.PaymentNotFoundError>>();
  if (error instanceof AlreadyPaidError) same<Same<typeof error.data.type, 'ALREADY_PAID'>>();
  if (error instanceof PgProviderError) {
    same<Same<typeof error.data.pgCode, string>>();
    same<Same<typeof error.status, number | undefined>>();
    // @ts-expect-error it has no such field
    void error.data.pgCodes;
  }
  if (error instanceof SessionExpiredError) same<Same<typeof error.data.type, 'SESSION_EXPIRED'>>();
  if (error instanceof UnknownError) same<Same<typeof error.data.type, string>>();
  // The SDK's own class still narrows to what the operation can answer.
  if (error instanceof Payment.GetPaymentError) {
    same<Same<typeof error.data, Payment.GetPaymentError['data']>>();
    if (error instanceof PaymentNotFoundError) same<Same<typeof error.data.type, 'PAYMENT_NOT_FOUND'>>();
  }
  // @ts-expect-error a kind is for recognising: no error is made of it
  void new PaymentNotFoundError();
}

export function ourOwn(error: unknown): void {
  if (error instanceof PortOneTimeoutError) {
    same<Same<typeof error.outcome, 'unknown' | 'not-sent'>>();
    same<Same<typeof error.attempts, number>>();
  }
  if (error instanceof PaymentVerificationError) void error.mismatches.map(({ field }) => field.toUpperCase());
  if (error instanceof WebhookVerificationError) {
    // @ts-expect-error it is one of five
    void (error.reason === 'WRONG');
  }
}

void new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } });
same<Same<ReturnType<typeof httpStatusOf>, number | undefined>>();
// @ts-expect-error a status is a number
void new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: '502' } });
// @ts-expect-error there is no such option
void new PortOneExceptionFilter({ status: 502 });
