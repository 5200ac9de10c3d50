import fc from 'fast-check';

import { OPTION_RULES } from '../../../lib/portone.option-rules.js';
import { errorOf } from './resolving.js';

it('never prints a secret, wherever it was put', () => {
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 17, maxLength: 80 });
  const base64Secret = fc.uint8Array({ minLength: 13 }).map((key) => Buffer.from(key).toString('base64'));
  const place = fc.constantFrom(
    'none',
    'storeId',
    'environment',
    'timeoutMs',
    'baseUrl',
    'auth',
    'retry',
    'webhook',
    'dispatcher',
  );
  fc.assert(
    fc.property(
      fc.oneof(text, fc.uuid()),
      fc.oneof(
        base64Secret,
        base64Secret.map((key) => `whsec_${key}`),
        text,
      ),
      place,
      place,
      (api, webhook, apiAt, webhookAt) => {
        const options = {
          apiSecret: `${api} `,
          timeoutMs: 0,
          webhook: { secrets: [webhook, 'not base64!'] },
          ...(apiAt !== 'none' && { [apiAt]: `${api} ` }),
          ...(webhookAt !== 'none' && webhookAt !== 'webhook' && { [webhookAt]: webhook }),
          ...(apiAt === 'baseUrl' && { baseUrl: `https://me:${api}@api.portone.io` }),
        };
        const error = errorOf(options);
        const shown = [
          error.message,
          JSON.stringify(error),
          JSON.stringify(error.mistakes),
          String(error.stack),
        ].join();
        // A secret that looks like a word of the message itself says nothing.
        const harmless = errorOf({ timeoutMs: 0, webhook: { secrets: ['!'] } }).message + JSON.stringify(OPTION_RULES);
        for (const given of [api, webhook, webhook.replace(/^whsec_/, '')]) {
          if (given.trim().length >= 8 && !harmless.includes(given)) expect(shown).not.toContain(given);
        }
      },
    ),
  );
});

it.each([
  ['a short one, where another option should be', { apiSecret: 'pass-word-1', auth: 'pass-word-1' }],
  ['in the path of a URL', { apiSecret: 'pass-word-1', baseUrl: 'ftp://gateway.example/pass-word-1' }],
  ['behind the @ that a URL has', { apiSecret: 'pass-word-1', baseUrl: 'https://me:pa@ss-word-1@gateway.example' }],
  ['with a prefix', { apiSecret: 'x', webhook: { secrets: ['whsec_pass-word-1!'] }, auth: 'pass-word-1!' }],
])('does not print %s', (_where, options) => {
  expect(errorOf(options).message).not.toMatch(/pass-word-1|ss-word-1/);
});
