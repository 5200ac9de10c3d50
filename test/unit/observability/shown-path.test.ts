import fc from 'fast-check';

import { buildRequest } from '../../../lib/client/build-request.js';
import { customRequest } from '../../../lib/client/custom-request.js';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { shownPath, templateOf } from '../../../lib/observability/shown-path.js';

const value = fc.stringMatching(/^[A-Z0-9가-힣/?#%&]{4,12}$/).map((text) => `x${text}`);

it.each(OPERATIONS.map((row) => [row.name, row] as const))(
  '%s: of its values the payment id alone is shown',
  (_, row) => {
    const names = row.path.filter((_part, index) => index % 2 === 1);
    const query = { ...Object.fromEntries((row.query ?? []).map((name) => [name, 'in-the-query'])), filter: {} };
    fc.assert(
      fc.property(fc.tuple(...names.map(() => value)), (values) => {
        const options = Object.fromEntries(names.map((name, index) => [name, values[index]]));
        const { path } = buildRequest(row, { ...query, ...options }, 'store-1');
        const shown = shownPath(path, row.path);
        const expected = names.reduce(
          (text, name) =>
            text.replace(`{${name}}`, name === 'paymentId' ? encodeURIComponent(String(options[name])) : 'REDACTED'),
          templateOf(row.path),
        );
        expect(shown).toBe(expected);
      }),
      { numRuns: 20 },
    );
  },
);

it('of an endpoint that is not in the table, plain words are shown', () => {
  const shown = (path: string) =>
    shownPath(customRequest({ method: 'GET', path, query: { secret: 'a' }, body: { b: 1 } }).path, undefined);
  expect(shown('/payments/payment-17/cancel')).toBe('/payments/REDACTED/cancel');
  expect(shown('/billing-keys/billing-key-018f-AB')).toBe('/billing-keys/REDACTED');
  expect(shown('/b2b/companies/1234567890/state')).toBe('/REDACTED/companies/REDACTED/state');
  expect(shown('/payments/%ED%95%9C')).toBe('/payments/REDACTED');
});
