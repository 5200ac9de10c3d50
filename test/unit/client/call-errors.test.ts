import { apiError } from '../../../lib/client/call-errors.js';

const outcomeOf = async (mayBeDone: boolean, status: number, type: string) => {
  const target = { name: 'POST /somewhere', answer: 'json' } as const;
  const call = { target, idempotencyKey: 'key', timeoutMs: 1, attempts: 2, mayBeDone };
  return ((await apiError(call, status, { type })) as { outcome?: string }).outcome;
};

describe('an error answer, after an attempt that brought none', () => {
  it('tells what became of it where it is the operation’s own', async () => {
    expect(await outcomeOf(true, 409, 'PAYMENT_NOT_PAID')).toBeUndefined();
  });

  it.each([
    [409, 'IDEMPOTENCY_OUTSTANDING_REQUEST'],
    [401, 'UNAUTHORIZED'],
    [409, 'NEWER_THAN_THIS_VERSION'],
  ])('leaves it unknown with %s %s', async (status, type) => {
    expect(await outcomeOf(true, status, type)).toBe('unknown');
  });

  it('says nothing of what was never in doubt', async () => {
    expect(await outcomeOf(false, 409, 'NEWER_THAN_THIS_VERSION')).toBeUndefined();
  });
});
