import { inParallel } from '../../lib/in-parallel.js';
import { deferred } from '../support/webhook-app.js';

describe('work in parallel', () => {
  it('takes the next when one is done', async () => {
    const gates = [deferred(), deferred(), deferred()];
    const begun: number[] = [];
    const all = inParallel([0, 1, 2], 2, async (index) => {
      begun.push(index);
      await gates[index]!.promise;
    });
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
    gates[1]!.resolve();
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2]);
    gates[0]!.resolve();
    gates[2]!.resolve();
    await all;
  });

  it.each([
    ['the work', [0, 1, 2], (index: number) => index === 0],
    ['the source', failing(), () => false],
  ])('ends what is begun before it fails with %s', async (_, items, fails) => {
    const gate = deferred();
    let ended = 0;
    const all = inParallel(items, 2, async (index) => {
      if (fails(index)) throw new Error('broken');
      await gate.promise;
      ended += 1;
    });
    const failed = expect(all).rejects.toThrow('broken');
    await new Promise(setImmediate);
    expect(ended).toBe(0);
    gate.resolve();
    await failed;
    expect(ended).toBe(1);
  });
});

function* failing(): Generator<number> {
  yield 1;
  throw new Error('broken');
}
