import { ACTIONS, type Action } from '../people/actions.js';
import { ACTION_DOCS, type ActionDoc } from './action-docs.js';
import type { Endpoint } from './endpoint.js';
import { object, PORTONE } from './schemas.js';

const UNDESCRIBED = { summary: '', fields: {}, required: [] };

/** What the buyer, the merchant's console and the payment provider do. */
export const ACTION_ENDPOINTS: readonly Endpoint[] = Object.entries(ACTIONS).map(([name, action]) => {
  const { summary, description, fields, required }: ActionDoc = ACTION_DOCS[name] ?? UNDESCRIBED;
  const run: Action = action;
  return {
    method: 'POST',
    path: name,
    summary,
    ...(description !== undefined && { description }),
    body: object(fields, required),
    answer: PORTONE,
    run: async ({ desk, input }) => (await run(desk, input)) ?? {},
  };
});
