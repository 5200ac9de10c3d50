import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DESCRIBED_ERROR_STATUS } from '../../../../lib/errors/error-status.generated.js';
import { Bench, call } from './bench.js';
import { ERROR_ROWS } from './table.js';

const ANSWERED = 'undici:request:headers';

describe('every error of every operation', () => {
  let bench: Bench;
  /** Of the answers, as `fetch` sees them; the SDK does not tell. */
  let statuses: number[];
  const listener = (message: unknown) =>
    statuses.push((message as { response: { statusCode: number } }).response.statusCode);
  beforeEach(async () => {
    bench = await Bench.start();
    statuses = [];
    subscribe(ANSWERED, listener);
  });
  afterEach(async () => {
    unsubscribe(ANSWERED, listener);
    await bench.sandbox.stop();
  });

  it.each(ERROR_ROWS.map((row) => [row.operation, row.type, row] as const))(
    '%s: %s',
    async (operation, type, { error, options, provoke }) => {
      const client = type === 'UNAUTHORIZED' ? bench.stranger : bench.client;
      const failure: unknown = await provoke(bench, (changed) =>
        call(client, operation, { ...options, ...changed }),
      ).catch((thrown: unknown) => thrown);
      // What the SDK cannot ask was asked without it, and has no class.
      expect(failure).toMatchObject({ data: { type } });
      if (failure instanceof Error) expect(failure).toBeInstanceOf(error);
      expect(statuses.at(-1)).toBe(DESCRIBED_ERROR_STATUS[type as keyof typeof DESCRIBED_ERROR_STATUS]);
      expect(bench.sandbox.ledger.requests.at(-1)).toMatchObject({ status: statuses.at(-1) });
    },
  );
});
