/** Refunds, approvals and identities: what must not be mixed up does not compile. */
import type { Payment } from '@portone/server-sdk';
import {
  isVirtualAccountPayment,
  type ApprovedPayment,
  type BillingKeyService,
  type IdentityVerificationService,
  type PaymentService,
  type ScheduleId,
  type VerifiedCustomer,
  type VerifiedPayment,
} from 'nestjs-portone';

import { same, type Same } from './same.js';

declare const payments: PaymentService;
declare const billingKeys: BillingKeyService;
declare const identities: IdentityVerificationService;
declare const payment: Payment.Payment;
declare const verified: VerifiedPayment;
declare const scheduleId: ScheduleId;
declare function fulfil(payment: VerifiedPayment): void;

const terms = { refundId: 'refund-1', reason: '단순 변심' };
const refundAccount = { bank: 'WOORI', number: '1', holderName: '홍길동' } as const;

export async function refunds(): Promise<void> {
  await payments.refund({ ...terms, paymentId: 'p' });
  await payments.refund({ ...terms, payment });
  await payments.refund({ ...terms, payment: verified, amount: 100 });
  if (payment.status === 'PAID') {
    await payments.refund({ ...terms, payment });
    if (isVirtualAccountPayment(payment)) {
      same<Same<(typeof payment)['status'], 'PAID'>>();
      await payments.refund({ ...terms, payment, refundAccount });
      // @ts-expect-error money from a virtual account goes back to an account that the buyer names
      await payments.refund({ ...terms, payment });
      // @ts-expect-error so does a part of it
      await payments.refund({ ...terms, payment, amount: 100 });
    }
  }
  if (isVirtualAccountPayment(verified)) {
    // @ts-expect-error a verified one too
    await payments.refund({ ...terms, payment: verified });
  }
  // @ts-expect-error a schedule is no payment
  await payments.refund({ ...terms, paymentId: scheduleId });
  // @ts-expect-error it needs a payment
  await payments.refund(terms);
  // @ts-expect-error one payment, not two
  await payments.refund({ ...terms, payment, paymentId: 'p' });
  // @ts-expect-error each refund has a name
  await payments.refund({ paymentId: 'p', reason: '단순 변심' });
  // @ts-expect-error its key is journalled
  await payments.refund({ ...terms, paymentId: 'p' }, { idempotencyKey: 'a-key-of-my-own-01' });
  same<Same<Awaited<ReturnType<typeof payments.refund>>['status'], 'SUCCEEDED' | 'REQUESTED' | 'FAILED'>>();
}

export async function scheduleIdIsNoPaymentId(text: string): Promise<void> {
  await payments.findPayment(text);
  // @ts-expect-error a schedule is no payment
  await payments.findPayment(scheduleId);
  // @ts-expect-error a schedule is no payment
  await payments.verifyPayment(scheduleId, { totalAmount: 1, currency: 'KRW' });
}

export async function approvals(): Promise<void> {
  const approved = await payments.approve({ paymentId: 'p', paymentToken: 't', totalAmount: 1, currency: 'KRW' });
  same<Same<typeof approved, ApprovedPayment>>();
  // @ts-expect-error a virtual account may have been issued, and nothing paid
  fulfil(approved);
  if (approved.status === 'PAID') fulfil(approved);
  // @ts-expect-error the amount is mandatory
  await payments.approve({ paymentId: 'p', paymentToken: 't', currency: 'KRW' });
  // @ts-expect-error the currency is mandatory
  await payments.approve({ paymentId: 'p', paymentToken: 't', totalAmount: 1 });
  // @ts-expect-error a schedule is no payment
  await payments.approve({ paymentId: scheduleId, paymentToken: 't', totalAmount: 1, currency: 'KRW' });
  same<Same<Awaited<ReturnType<typeof billingKeys.approve>>['billingKey'], string>>();
  // @ts-expect-error the amount is mandatory
  await billingKeys.approveAndPay({ billingIssueToken: 't', paymentId: 'p', currency: 'KRW' });
  const order = { billingIssueToken: 't', paymentId: 'p', totalAmount: 1, currency: 'KRW' };
  const both = await billingKeys.approveAndPay(order);
  if (both.payment.status === 'PAID') fulfil(both.payment);
}

export async function identity(): Promise<void> {
  const customer = await identities.requireVerified('id', { minimumAge: 19, match: { name: '홍길동' } });
  same<Same<typeof customer.name, string>>();
  same<Same<typeof customer.ci, string | undefined>>();
  const known = await identities.requireVerified('id', { require: ['ci', 'phoneNumber'] });
  same<Same<typeof known.ci, string>>();
  same<Same<typeof known.phoneNumber, string>>();
  same<Same<typeof known.di, string | undefined>>();
  const enrol = (member: VerifiedCustomer<'ci'>) => member.ci.length;
  enrol(known);
  // @ts-expect-error whether the provider told its ci was not asked
  enrol(customer);
  // @ts-expect-error what a browser sent proves nothing
  enrol({ name: '홍길동', ci: 'x', identityVerificationId: 'id', verifiedAt: new Date() });
  // @ts-expect-error there is no such field
  await identities.requireVerified('id', { require: ['address'] });
  const user: { name?: string } = {};
  // @ts-expect-error nobody has to match a name that may not be there
  await identities.requireVerified('id', { match: { name: user.name } });
}
