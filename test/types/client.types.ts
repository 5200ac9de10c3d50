/** Operations have the SDK's parameters and results, and one more argument. */
import type { Payment, PortOneClient as SdkClient } from '@portone/server-sdk';
import {
  createPortOneClient,
  isUnrecognized,
  type BillingKeyService,
  type CallOptions,
  type IdentityVerificationService,
  type PaymentService,
  type PlatformService,
  type PortOneClient,
  type TaxInvoiceService,
  type VerifiedPayment,
} from 'nestjs-portone';

import { same, type Same } from './same.js';

declare const client: PortOneClient;
declare const payments: PaymentService;

// Every operation takes what the SDK's takes, and answers what the SDK's answers.
type Operations = PortOneClient['payment'];
type SdkOperations = SdkClient['payment'];
same<Same<ReturnType<Operations['getPayment']>, ReturnType<SdkOperations['getPayment']>>>();
same<Same<Parameters<Operations['cancelPayment']>[0], Parameters<SdkOperations['cancelPayment']>[0]>>();
same<Same<Parameters<Operations['cancelPayment']>[1], CallOptions | undefined>>();
// A service has its area's operations.
same<Same<ReturnType<PaymentService['getPayment']>, Promise<Payment.Payment>>>();
same<Same<PaymentService['cancelPayment'], Operations['cancelPayment']>>();
same<Same<BillingKeyService['issueBillingKey'], Operations['billingKey']['issueBillingKey']>>();
same<Same<TaxInvoiceService['getB2bTaxInvoice'], PortOneClient['b2b']['taxInvoice']['getB2bTaxInvoice']>>();
same<Same<PlatformService['partner'], PortOneClient['platform']['partner']>>();
same<
  Same<
    IdentityVerificationService['getIdentityVerification'],
    PortOneClient['identityVerification']['getIdentityVerification']
  >
>();
same<Same<Awaited<ReturnType<PaymentService['findPayment']>>, Payment.Payment | null>>();

/** A function that was written for the SDK's client takes this one. */
async function writtenForTheSdk(given: Pick<SdkClient, 'payment'>): Promise<Payment.Payment> {
  return given.payment.getPayment({ paymentId: 'p' });
}

export async function compiles(signal: AbortSignal): Promise<unknown[]> {
  await writtenForTheSdk(client);
  const own = createPortOneClient({ apiSecret: 'secret' });
  await own.close();
  const { answer } = await client.request<{ answer: number }>({ method: 'GET', path: '/new' }, { timeoutMs: 1 });
  return [
    answer.toFixed(),
    await client.payment.getPayment({ paymentId: 'p' }, { timeoutMs: 70_000, signal, retry: false }),
    await client.payment.billingKey.getBillingKeyInfo({ billingKey: 'b' }),
    await payments.cancelPayment({ paymentId: 'p', reason: 'r', amount: 1 }, { idempotencyKey: 'order-1-cancel-1' }),
  ];
}

export function doesNotCompile(): unknown[] {
  return [
    // @ts-expect-error paymentId is required
    client.payment.getPayment({}),
    // @ts-expect-error it is a text
    client.payment.getPayment({ paymentId: 1 }),
    // @ts-expect-error options are required
    client.payment.getPayment(),
    // @ts-expect-error there is no such option
    client.payment.getPayment({ paymentId: 'p', id: 'p' }),
    // @ts-expect-error reason is required
    payments.cancelPayment({ paymentId: 'p' }),
    // @ts-expect-error there is no such option
    payments.cancelPayment({ paymentId: 'p', reason: 'r', ammount: 1 }),
    // @ts-expect-error a service has its own area's operations
    payments.getBillingKeyInfo,
    // @ts-expect-error and not the areas below
    payments.billingKey,
    // @ts-expect-error there is no such operation
    client.payment.refundPayment,
    // @ts-expect-error call options come last, not within
    payments.cancelPayment({ paymentId: 'p', reason: 'r', idempotencyKey: 'order-1-cancel-1' }),
    // @ts-expect-error there is no such call option
    client.payment.getPayment({ paymentId: 'p' }, { timeout: 1 }),
    // @ts-expect-error a call can turn retries off, not on
    client.payment.getPayment({ paymentId: 'p' }, { retry: true }),
    // @ts-expect-error a key is a text
    payments.cancelPayment({ paymentId: 'p', reason: 'r' }, { idempotencyKey: 1 }),
    // @ts-expect-error there is no third argument
    client.payment.getPayment({ paymentId: 'p' }, {}, {}),
    // @ts-expect-error a path is required
    client.request({ method: 'GET' }),
    // @ts-expect-error the secret is required
    createPortOneClient({}),
    // @ts-expect-error the application's client is closed by the application
    client.close,
  ];
}

declare function fulfil(paid: VerifiedPayment): void;

export async function onlyVerifiedPaymentsAreFulfilled(): Promise<void> {
  fulfil(await payments.verifyPayment('p', { totalAmount: 1000, currency: 'KRW' }));
  const payment = await payments.getPayment({ paymentId: 'p' });
  // @ts-expect-error a payment that nobody compared with the order
  fulfil(payment);
  // @ts-expect-error that it is paid does not say what was paid
  if (!isUnrecognized(payment) && payment.status === 'PAID') fulfil(payment);
  // @ts-expect-error nor can one be put together
  fulfil({ ...(payment as Payment.PaidPayment), verified: true });
}

export function expectationsAreComplete(): unknown[] {
  return [
    // @ts-expect-error the amount is always compared
    payments.verifyPayment('p', { currency: 'KRW' }),
    // @ts-expect-error so is the currency
    payments.verifyPayment('p', { totalAmount: 1000 }),
    // @ts-expect-error an amount is a number
    payments.verifyPayment('p', { totalAmount: '1000', currency: 'KRW' }),
    // @ts-expect-error there is no such expectation
    payments.verifyPayment('p', { totalAmount: 1000, currency: 'KRW', amount: 1000 }),
    // @ts-expect-error the order is required
    payments.verifyPayment('p'),
  ];
}
