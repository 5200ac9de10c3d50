import { openShop, type Shop } from './shop.js';

describe('PortOneSandbox: reads that lag behind, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  const paymentId = 'order-1';
  const status = async () => ((await shop.client.payment.getPayment({ paymentId })) as { status: string }).status;
  const listed = async () => {
    const { items } = await shop.client.payment.getPayments();
    return items.map((payment) => (payment as { status: string }).status);
  };
  const byCursor = async () => {
    const { items } = await shop.client.payment.getAllPaymentsByCursor();
    return items.map(({ payment }) => (payment as { status: string }).status);
  };
  const events = async () => {
    const { items } = await shop.client.payment.getAllPaymentEventsByCursor();
    return items.map(({ paymentEvent }) => (paymentEvent as { type: string }).type);
  };

  it('shows a payment as it was before its last change, so many times', async () => {
    shop.sandbox.undocumented.staleReads = 2;
    const paid = await shop.sandbox.buyer.pay(paymentId);
    expect(paid.status).toBe('PAID');
    expect([await status(), await status(), await status()]).toEqual(['READY', 'READY', 'PAID']);
    await shop.sandbox.console.cancel(paymentId);
    expect([await status(), await listed(), await byCursor()]).toEqual(['PAID', ['PAID'], ['CANCELLED']]);
  });

  it('filters by what it shows', async () => {
    await shop.sandbox.buyer.open(paymentId);
    shop.sandbox.undocumented.staleReads = 1;
    await shop.sandbox.buyer.pay(paymentId);
    const count = async (one: 'PAID' | 'READY') =>
      (await shop.client.payment.getPayments({ filter: { status: [one] } })).page.totalCount;
    expect(await count('PAID')).toBe(0);
    expect(await count('READY')).toBe(1);
    expect(await count('PAID')).toBe(1);
  });

  it('acts on what is, whatever it shows', async () => {
    shop.sandbox.undocumented.staleReads = 5;
    await shop.sandbox.buyer.pay(paymentId);
    const { cancellation } = await shop.client.payment.cancelPayment({ paymentId, reason: 'x' });
    expect(cancellation).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('lists new entries, and changes, late', async () => {
    shop.sandbox.undocumented.listLagSeconds = 60;
    await shop.sandbox.buyer.pay(paymentId);
    expect([await status(), await listed(), await byCursor(), await events()]).toEqual(['PAID', [], [], []]);
    await shop.sandbox.clock.advance({ seconds: 60 });
    expect([await listed(), await byCursor(), await events()]).toEqual([['PAID'], ['PAID'], ['PAID']]);
    await shop.sandbox.console.cancel(paymentId);
    expect([await listed(), await byCursor(), await events()]).toEqual([['PAID'], ['PAID'], ['PAID']]);
    await shop.sandbox.clock.advance({ seconds: 60 });
    expect([await listed(), await byCursor(), await events()]).toEqual([
      ['CANCELLED'],
      ['CANCELLED'],
      ['PAID', 'CANCELLED'],
    ]);
  });
});
