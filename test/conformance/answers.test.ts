import { buildApiError } from '../../lib/errors/sdk-errors.js';
import { OPERATIONS } from '../../lib/client/operations.generated.js';
import { sdkOperations } from './sdk-operations.js';
import { WireRecorder } from './wire-recorder.js';

const EVERY_OPTION = new Proxy({}, { get: (_, name) => (typeof name === 'string' ? name : undefined) });

describe('answers are read as the SDK reads them', () => {
  let recorder: WireRecorder;
  beforeAll(async () => (recorder = await WireRecorder.start()));
  afterAll(() => recorder.stop());

  it.each(OPERATIONS)('$name: $answer', async (row) => {
    Object.assign(recorder.answer, { status: 200, body: '{"an":"answer"}' });
    const answer = await sdkOperations({ secret: 'secret', baseUrl: recorder.url }).get(row.name)!(EVERY_OPTION);
    const expected = { json: { an: 'answer' }, text: '{"an":"answer"}', none: undefined }[row.answer];
    expect(answer).toEqual(expected);
  });

  const data = { type: 'FORBIDDEN', message: '요청이 거절된 경우', more: { than: 'the types say' } };

  it.each(OPERATIONS)('$name throws the same error', async (row) => {
    Object.assign(recorder.answer, { status: 403, body: JSON.stringify(data) });
    const call = sdkOperations({ secret: 'secret', baseUrl: recorder.url }).get(row.name)!;
    const theirs: unknown = await call(EVERY_OPTION).catch((error: unknown) => error);
    const ours = await buildApiError(row, data);
    if (!(theirs instanceof Error)) throw new Error('The SDK did not throw an error.');
    expect(ours.constructor).toBe(theirs.constructor);
    expect(ours.name).toBe(theirs.name);
    expect(ours.message).toBe(theirs.message);
    expect(ours).toHaveProperty('data', data);
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  });

  it('takes an answer without a message', async () => {
    expect(await buildApiError(OPERATIONS[0]!, { type: 'FORBIDDEN' })).toHaveProperty('message', '');
  });

  it('says so when the SDK that is installed has no such class', async () => {
    await expect(buildApiError({ error: 'NoSuchError', errorFrom: 'payment' }, {})).rejects.toThrow(
      new TypeError('@portone/server-sdk/payment has no NoSuchError: its version does not fit this package.'),
    );
  });
});
