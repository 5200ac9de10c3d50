import { PaymentClient } from '@portone/server-sdk';
import { CancelPaymentError, GetPaymentError } from '@portone/server-sdk/payment';
import { PortOneSandbox } from 'nestjs-portone/testing';

/** The cases that PortOne runs its own SDK through, against its own API. */
describe("PortOne's published request cases", () => {
  let sandbox: PortOneSandbox;
  let client: PaymentClient;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start();
    client = PaymentClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    await sandbox.buyer.pay('test-server-sdk');
    await client.cancelPayment({ paymentId: 'test-server-sdk', reason: 'test' });
  });
  afterAll(() => sandbox.stop());

  it('lists without parameters', async () => {
    const { items } = await client.getPayments();
    expect(items).toMatchObject([{ id: 'test-server-sdk' }]);
  });

  it('lists a page past the end as empty', async () => {
    await expect(client.getPayments({ page: { number: 3000 } })).resolves.toMatchObject({ items: [] });
  });

  it('gets a payment that exists', async () => {
    await expect(client.getPayment({ paymentId: 'test-server-sdk' })).resolves.toMatchObject({ status: 'CANCELLED' });
  });

  it("refuses an impossible payment id with the operation's error class", async () => {
    await expect(client.getPayment({ paymentId: ' ' })).rejects.toThrow(GetPaymentError);
  });

  it("refuses to cancel what is already cancelled with the operation's error class", async () => {
    const cancel = client.cancelPayment({ paymentId: 'test-server-sdk', reason: 'test', amount: 1 });
    await expect(cancel).rejects.toThrow(CancelPaymentError);
  });
});
