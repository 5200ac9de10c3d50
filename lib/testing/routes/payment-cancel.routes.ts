import { cancel, settleCancellation } from '../state/payments/cancels.js';
import { readCancel } from '../state/payments/cancel-input.js';
import { route } from './route.js';

export const PAYMENT_CANCEL_ROUTES = [
  route('payment.cancelPayment', ({ input, desk }) => ({
    cancellation: cancel(desk, input.string('paymentId'), readCancel(input, input.string('reason'), 'API')),
  })),

  route('payment.stopPaymentCancellation', ({ input, desk }) => {
    settleCancellation(desk, input.string('paymentId'), input.string('cancellationId'), 'FAILED');
    return { stoppedAt: desk.clock.now().toISOString() };
  }),
];
