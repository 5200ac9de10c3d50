import type { Input } from '../http/input.js';
import { readAddress } from '../state/customer.js';
import { modifyLogistics, readLogistics, registerLogistics, settleEscrow } from '../state/payments/escrow.js';
import { readProducts } from '../state/payments/payment-request.js';
import { route } from './route.js';

export const ESCROW_ROUTES = [
  route('payment.applyEscrowLogistics', ({ input, desk }) => {
    const { invoiceNumber, sentAt, appliedAt } = registerLogistics(desk, input.string('paymentId'), readBody(input));
    return { invoiceNumber, sentAt, appliedAt };
  }),

  route('payment.modifyEscrowLogistics', ({ input, desk }) => {
    const { invoiceNumber, sentAt, modifiedAt } = modifyLogistics(desk, input.string('paymentId'), readBody(input));
    return { invoiceNumber, sentAt, modifiedAt };
  }),

  route('payment.confirmEscrow', ({ input, desk }) => {
    input.optionalBoolean('fromStore');
    return { completedAt: settleEscrow(desk, input.string('paymentId'), 'CONFIRMED', false) };
  }),
];

function readBody(input: Input) {
  for (const person of ['sender', 'receiver'].map((name) => input.optionalObject(name))) {
    for (const field of ['name', 'phoneNumber', 'zipcode', 'relationship']) person?.optionalString(field);
    readAddress(person?.optionalObject('address'));
  }
  readAddress(input.object('logistics').optionalObject('address'));
  input.optionalBoolean('sendEmail');
  readProducts(input);
  return readLogistics(input);
}
