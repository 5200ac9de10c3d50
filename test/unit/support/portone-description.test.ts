import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { answerCheck, DESCRIPTION_IS_HERE } from '../../support/portone-description.js';

const operation = (name: string) => {
  const found = OPERATIONS.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

const where = DESCRIPTION_IS_HERE ? describe : describe.skip;

// The description is no part of the project, so its absence is no failure of the gate.
where(
  `what is held to PortOne's description${DESCRIPTION_IS_HERE ? '' : ' (skipped: the description is not here)'}`,
  () => {
    const login = { accessToken: 'a', refreshToken: 'b' };

    it.each([
      ['a right answer', 'auth.loginViaApiSecret', 200, login, 0],
      ['a missing field', 'auth.loginViaApiSecret', 200, { accessToken: 'a' }, 1],
      ['a wrong type', 'auth.loginViaApiSecret', 200, { ...login, accessToken: 1 }, 1],
      ['a right error', 'payment.getPayment', 404, { type: 'PAYMENT_NOT_FOUND', message: 'm' }, 0],
      ['an error of another operation', 'payment.getPayment', 404, { type: 'BILLING_KEY_NOT_FOUND' }, 1],
      ['a status that is not described', 'payment.getPayment', 418, {}, 1],
    ])('%s', (_name, name, status, answer, expected) => {
      expect(answerCheck()(operation(name), status, answer).length > 0 ? 1 : 0).toBe(expected);
    });
  },
);
