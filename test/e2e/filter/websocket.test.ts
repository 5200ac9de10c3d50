import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Module, UseFilters, type INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Test } from '@nestjs/testing';
import { GetPaymentError } from '@portone/server-sdk/payment';
import { WebSocket } from 'ws';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';

@WebSocketGateway({ path: '/payments' })
@UseFilters(PortOneExceptionFilter)
class PaymentGateway {
  @SubscribeMessage('payment')
  payment(): never {
    throw new GetPaymentError({ type: 'PAYMENT_NOT_FOUND', message: '결제 건이 존재하지 않습니다.' });
  }

  @SubscribeMessage('unrelated')
  unrelated(): never {
    throw new Error('of the application');
  }
}

@Module({ providers: [PaymentGateway] })
class AppModule {}

describe('PortOneExceptionFilter in a gateway', () => {
  let app: INestApplication;
  let socket: WebSocket;
  beforeAll(async () => {
    app = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({ logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    socket = new WebSocket(`ws://127.0.0.1:${port}/payments`);
    await once(socket, 'open');
  });
  afterAll(async () => {
    socket.terminate();
    await app.close();
  });

  async function answerTo(event: string): Promise<unknown> {
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ event, data: {} }));
    const [data] = (await answer) as [Buffer];
    return JSON.parse(data.toString());
  }

  it('emits what PortOne answered', async () => {
    expect(await answerTo('payment')).toEqual({
      event: 'exception',
      data: {
        statusCode: 404,
        type: 'PAYMENT_NOT_FOUND',
        message: '결제 건이 존재하지 않습니다.',
        timestamp: expect.any(String) as string,
      },
    });
  });

  it('leaves other errors alone', async () => {
    expect(await answerTo('unrelated')).toMatchObject({
      event: 'exception',
      data: { status: 'error', message: 'Internal server error' },
    });
  });
});
