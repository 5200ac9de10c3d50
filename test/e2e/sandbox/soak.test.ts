import { soak } from '../../soak/sandbox/soak.js';

// How long it takes and how much it keeps is for `npm run soak:sandbox` to say.
it('loses nothing and charges once, over 200 payments of every kind', async () => {
  const tenths: number[] = [];
  const result = await soak({ payments: 200, seed: 7 }, ({ payments }) => tenths.push(payments));
  expect(result).toEqual({
    payments: 200,
    heapBytesPerPayment: expect.any(Number) as number,
    microsPerPaymentFirstTenth: expect.any(Number) as number,
    microsPerPaymentLastTenth: expect.any(Number) as number,
  });
  expect(tenths).toEqual(Array(10).fill(20));
});
