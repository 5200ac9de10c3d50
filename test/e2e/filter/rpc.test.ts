import { createServer, type AddressInfo } from 'node:net';
import { Controller, Module, UseFilters, type INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, RpcException, Transport, type ClientProxy } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { GetPaymentError } from '@portone/server-sdk/payment';
import { lastValueFrom, type Observable } from 'rxjs';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';

@Controller()
@UseFilters(new PortOneExceptionFilter({ statusOf: { PAYMENT_NOT_FOUND: 410 } }))
class PaymentController {
  @MessagePattern('payment')
  payment(): never {
    throw new GetPaymentError({ type: 'PAYMENT_NOT_FOUND', message: '결제 건이 존재하지 않습니다.' });
  }

  @MessagePattern('unrelated')
  unrelated(): never {
    throw new Error('of the application');
  }
}

@Module({ controllers: [PaymentController] })
class AppModule {}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const body = {
  statusCode: 410,
  type: 'PAYMENT_NOT_FOUND',
  message: '결제 건이 존재하지 않습니다.',
  timestamp: expect.any(String) as string,
};

describe('PortOneExceptionFilter in a microservice', () => {
  let service: INestMicroservice;
  let client: ClientProxy;
  beforeAll(async () => {
    const options = { host: '127.0.0.1', port: await freePort() };
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    service = testing.createNestMicroservice({ transport: Transport.TCP, options, logger: false });
    await service.listen();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  });
  afterAll(async () => {
    await client.close();
    await service.close();
  });

  const failureOf = (pattern: string): Promise<unknown> =>
    lastValueFrom(client.send<unknown>(pattern, {})).then(
      () => Promise.reject(new Error('It answered.')),
      (error: unknown) => error,
    );

  it('tells the caller what PortOne answered', async () => {
    expect(await failureOf('payment')).toMatchObject({ error: body, message: body.message });
  });

  it('leaves other errors alone', async () => {
    expect(await failureOf('unrelated')).toEqual({ status: 'error', message: 'Internal server error' });
  });

  it('fails with an RpcException of the body', async () => {
    const filter = new PortOneExceptionFilter({ statusOf: { PAYMENT_NOT_FOUND: 410 } });
    const host = { getType: () => 'rpc' } as Parameters<typeof filter.catch>[1];
    const error = new GetPaymentError({ type: 'PAYMENT_NOT_FOUND', message: '결제 건이 존재하지 않습니다.' });
    const failure: unknown = await lastValueFrom(filter.catch(error, host) as Observable<never>).catch(
      (e: unknown) => e,
    );
    if (!(failure instanceof RpcException)) throw new Error('It is an RpcException.');
    expect(failure.getError()).toEqual(body);
  });
});
