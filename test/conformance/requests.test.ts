import fc from 'fast-check';
import { buildRequest } from '../../lib/client/build-request.js';
import type { Operation, OperationOptions } from '../../lib/client/operation.js';
import { OPERATIONS } from '../../lib/client/operations.generated.js';
import { sdkOperations } from './sdk-operations.js';
import { WireRecorder } from './wire-recorder.js';

const AWKWARD = `한글 a/b?c#d%e'f"g!h*i(j)k~l+m&n=o@p:q;r,s|t\\u{v}[w]^x\`y<z>\n\t%2e😀`;

// Lone surrogates in a URL are an error on both sides, see path-parameters.test.ts; in JSON they are escaped.
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constant(AWKWARD));
const pathParameter = text.filter((value) => !['', '.', '..'].includes(value));
const absent = fc.constantFrom(null, undefined);
const queryField = fc.oneof(text, fc.boolean(), fc.integer(), fc.double(), absent);
const bodyField = fc.oneof(
  fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
  text,
  absent,
  fc.constantFrom('\ud800', new Date(0)),
);

function optionsOf(row: Operation): fc.Arbitrary<OperationOptions> {
  const path = row.path.filter((_, index) => index % 2 === 1);
  const optional = {
    ...Object.fromEntries((row.query ?? []).map((name) => [name, queryField])),
    ...Object.fromEntries([...(row.body ?? []), ...(row.requestBody ?? [])].map((name) => [name, bodyField])),
  };
  return fc
    .tuple(
      fc.record(Object.fromEntries(path.map((name) => [name, pathParameter]))),
      fc.record(optional, { requiredKeys: [] }),
    )
    .map(([required, rest]) => ({ ...rest, ...required }));
}

function awkwardOptions(row: Operation): OperationOptions {
  const names = [
    ...row.path.filter((_, i) => i % 2 === 1),
    ...(row.query ?? []),
    ...(row.body ?? row.requestBody ?? []),
  ];
  return Object.fromEntries(names.map((name) => [name, AWKWARD]));
}

describe('every request is what the SDK sends', () => {
  let recorder: WireRecorder;
  beforeAll(async () => (recorder = await WireRecorder.start()));
  afterAll(() => recorder.stop());

  it('knows each of the SDK’s operations, and no other', () => {
    const names = [...sdkOperations({ secret: 'secret' }).keys()];
    expect(OPERATIONS.map((row) => row.name)).toEqual(names);
    expect(names).toHaveLength(131);
  });

  describe.each([undefined, 'store-0b1c2d3e'])('with storeId %s', (storeId) => {
    it.each(OPERATIONS)('$name', async (row) => {
      const init = { secret: 'secret', baseUrl: recorder.url, ...(storeId !== undefined && { storeId }) };
      const call = sdkOperations(init).get(row.name)!;
      const sameOnTheWire = async (options: OperationOptions) => {
        const theirs = await recorder.during(() => call(options));
        const ours = await recorder.during(() => recorder.send(buildRequest(row, options, storeId)));
        expect(ours).toEqual(theirs);
      };
      await sameOnTheWire(awkwardOptions(row));
      await fc.assert(fc.asyncProperty(optionsOf(row), sameOnTheWire), { numRuns: 5 });
    });
  });

  it('sends what the SDK sends without any options, where it needs none', async () => {
    const sdk = sdkOperations({ secret: 'secret', baseUrl: recorder.url });
    let compared = 0;
    for (const row of OPERATIONS) {
      const theirs = await recorder.during(() => sdk.get(row.name)!()).catch(() => undefined);
      if (theirs === undefined) continue; // It takes the options apart, so it needs them.
      compared += 1;
      expect(await recorder.during(() => recorder.send(buildRequest(row, undefined, undefined)))).toEqual(theirs);
    }
    expect(compared).toBe(26);
  });
});
