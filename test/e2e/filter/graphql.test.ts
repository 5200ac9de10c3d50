import type { AddressInfo } from 'node:net';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { GetPaymentError } from '@portone/server-sdk/payment';
import { PaymentNotFoundError } from 'nestjs-portone/errors';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';

@Resolver()
class PaymentResolver {
  @Query(() => String)
  payment(): string {
    throw new GetPaymentError({ type: 'PAYMENT_NOT_FOUND', message: '결제 건이 존재하지 않습니다.' });
  }
}

const formatted: unknown[] = [];

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      formatError: (answer, error) => {
        const thrown = (error as { originalError?: unknown }).originalError;
        formatted.push(thrown);
        return thrown instanceof PaymentNotFoundError ? { ...answer, extensions: { code: thrown.data.type } } : answer;
      },
    }),
  ],
  providers: [PaymentResolver, { provide: APP_FILTER, useClass: PortOneExceptionFilter }],
})
class AppModule {}

describe('PortOneExceptionFilter in GraphQL', () => {
  let app: INestApplication;
  beforeAll(async () => {
    app = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  it('leaves the error itself to the driver', async () => {
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ payment }' }),
    });
    expect(await response.json()).toMatchObject({
      errors: [{ message: '결제 건이 존재하지 않습니다.', extensions: { code: 'PAYMENT_NOT_FOUND' } }],
    });
    expect(formatted).toEqual([expect.any(GetPaymentError)]);
  });
});
