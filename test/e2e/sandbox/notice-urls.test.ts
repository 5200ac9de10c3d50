import { PortOneSandbox } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('a sandbox with a webhook secret and no URL', () => {
  let sandbox: PortOneSandbox;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
    sandbox = await PortOneSandbox.start({ webhook: { secret: SECRET } });
  });
  afterEach(async () => {
    await sandbox.stop();
    await receiver.close();
  });

  it("sends to a payment's own noticeUrls, signed, and else nowhere", async () => {
    await sandbox.buyer.pay('nowhere');
    await sandbox.buyer.pay('noticed', { noticeUrls: [receiver.url] });
    await sandbox.settled();
    expect(receiver.types).toEqual(['Transaction.Ready', 'Transaction.Paid']);
    expect(receiver.failures).toEqual([]);
    expect(new Set(sandbox.deliveries.map(({ paymentId }) => paymentId))).toEqual(new Set(['noticed']));
  });
});
