import type { Input } from '../http/input.js';
import { Refusal } from '../http/refusal.js';
import { OPERATORS, readIdentityNumber } from '../state/identity/identity-person.js';
import { listIdentityVerifications } from '../state/identity/identity-verification-list.js';
import type { IdentityRequest } from '../state/identity/identity-verifications.js';
import { route } from './route.js';

export const IDENTITY_VERIFICATION_ROUTES = [
  route('identityVerification.sendIdentityVerification', ({ input, desk }) => {
    const id = input.string('identityVerificationId');
    const request = readRequest(input);
    // One of V1, by its imp_uid: nobody can make one here.
    if (id.startsWith('imp_')) {
      throw new Refusal('IDENTITY_VERIFICATION_NOT_FOUND', { message: `There is no identity verification ${id}.` });
    }
    desk.identityVerifications.request(id, request);
    return {};
  }),

  route('identityVerification.resendIdentityVerification', ({ input, desk }) => {
    desk.identityVerifications.resend(input.string('identityVerificationId'));
    return {};
  }),

  route('identityVerification.confirmIdentityVerification', ({ input, desk }) => ({
    identityVerification: desk.identityVerifications.confirm(
      input.string('identityVerificationId'),
      input.optionalString('otp'),
    ),
  })),

  route('identityVerification.getIdentityVerification', ({ input, desk }) => {
    return desk.identityVerifications.find(input.string('identityVerificationId')).shown;
  }),

  route('identityVerification.getIdentityVerifications', ({ input, desk, merchant }) =>
    listIdentityVerifications(
      input.optionalObject('filter')?.optionalString('storeId') ? [desk] : merchant.desks,
      input,
    ),
  ),
];

function readRequest(input: Input): IdentityRequest {
  const customer = input.object('customer');
  const by = input.choice('method', ['SMS', 'APP']);
  const operator = input.choice('operator', OPERATORS);
  const id = customer.optionalString('id');
  const name = customer.string('name');
  const phoneNumber = customer.string('phoneNumber');
  if (!/^\d+$/.test(phoneNumber)) customer.refuse('phoneNumber', 'must be digits alone');
  customer.string('ipAddress');
  const number = by === 'SMS' ? customer.string('identityNumber') : customer.optionalString('identityNumber');
  const born = number === undefined ? undefined : readIdentityNumber(number);
  if (number !== undefined && born === undefined) {
    customer.refuse('identityNumber', 'must be the first seven digits of a resident registration number');
  }
  const [birthYear = '', birthMonth = '', birthDay = ''] = born?.birthDate.split('-') ?? [];
  return {
    channelKey: input.string('channelKey'),
    customer: {
      ...(id !== undefined && { id }),
      name,
      phoneNumber,
      ...(born && { birthYear, birthMonth, birthDay }),
    },
    customData: input.optionalString('customData'),
    by,
    person: { operator, ...born },
  };
}
