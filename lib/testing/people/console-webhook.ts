import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import type { Desk } from '../state/desk.js';

export function resendWebhook(desk: Desk, input: Input): Promise<Sdk.Payment.PaymentWebhook> {
  input.only(['paymentId', 'webhookId']);
  const paymentId = input.string('paymentId');
  desk.payments.find(paymentId);
  return desk.webhooks.resend(paymentId, input.optionalString('webhookId'));
}
