import type { INestApplication } from '@nestjs/common';
import { getPortOneToken, PaymentService, PortOneConnectionError, PortOneModule } from 'nestjs-portone';

import { application, start } from './applications.js';
import { PortOneServer } from './portone-server.js';

describe('when the application closes', () => {
  let server: PortOneServer;
  beforeEach(async () => (server = await PortOneServer.start()));
  afterEach(() => server.stop());

  const open = (): Promise<INestApplication> =>
    start(
      application([
        PortOneModule.forRoot({ apiSecret: 'a', baseUrl: server.url, retry: false }),
        PortOneModule.forRoot({ name: 'b', apiSecret: 'b', baseUrl: server.url, retry: false }),
      ]),
    );

  it('every connection of every account is closed, and a call made later is refused', async () => {
    const app = await open();
    const accounts = [app.get(PaymentService), app.get<PaymentService>(getPortOneToken(PaymentService, 'b'))];
    for (const payments of accounts) await payments.getPayment({ paymentId: 'p' });
    expect(server.connections).toBe(2);
    await app.close();
    await server.disconnected();
    for (const payments of accounts) {
      const error: unknown = await payments.getPayment({ paymentId: 'p' }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PortOneConnectionError);
      expect(error).toMatchObject({ outcome: 'not-sent', operation: 'payment.getPayment' });
    }
    expect(server.connections).toBe(0);
    expect(server.requests).toHaveLength(2);
  });

  it('a call that is under way ends first', async () => {
    const app = await open();
    server.holding = true;
    const arrived = server.nextRequest();
    const call = app.get(PaymentService).getPayment({ paymentId: 'p' });
    await arrived;
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    // The other account has nothing under way; this one waits, however often the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    server.release();
    await expect(call).resolves.toMatchObject({ status: 'PAID' });
    await closing;
    await server.disconnected();
    expect(server.connections).toBe(0);
  });

  it('nothing was opened when nothing was called', async () => {
    const app = await open();
    await app.close();
    expect(server.requests).toEqual([]);
    expect(server.connections).toBe(0);
  });
});
