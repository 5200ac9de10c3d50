import { ACTIONS, type Action, type ActionName } from '../people/actions.js';
import { ACTION_DOCS } from './action-docs.js';
import type { Endpoint } from './endpoint.js';
import { object, PORTONE } from './schemas.js';

/** What the buyer, the merchant's console and the payment provider do. */
export const ACTION_ENDPOINTS: readonly Endpoint[] = (Object.keys(ACTIONS) as ActionName[]).map((name) => {
  const { fields, required, ...texts } = ACTION_DOCS[name];
  const run: Action = ACTIONS[name];
  return {
    method: 'POST',
    path: name,
    ...texts,
    body: object(fields, required),
    answer: PORTONE,
    run: async ({ desk, input }) => (await run(desk, input)) ?? {},
  };
});
