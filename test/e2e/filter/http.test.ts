import type { AddressInfo } from 'node:net';
import {
  Catch,
  Controller,
  Get,
  Module,
  Param,
  Res,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestApplication,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PaymentNotFoundError } from 'nestjs-portone/errors';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { PaymentVerificationError } from '../../../lib/errors/payment-verification.error.js';
import { PortOneTimeoutError } from '../../../lib/errors/portone-timeout.error.js';
import { buildApiError } from '../../../lib/errors/sdk-errors.js';
import { WebhookVerificationError } from '../../../lib/errors/webhook-verification.error.js';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';
import { ERROR_TABLE } from '../../unit/errors/error-table.js';

const getPayment = OPERATIONS.find((row) => row.name === 'payment.getPayment')!;

async function fail(type: string): Promise<never> {
  switch (type) {
    case 'timeout':
      throw new PortOneTimeoutError('No answer of api.portone.io within 60000 ms.', {
        operation: 'payment.cancelPayment',
        outcome: 'unknown',
        idempotencyKey: 'key-of-the-call-0001',
        attempts: 3,
      });
    case 'verification':
      throw new PaymentVerificationError('payment-1', [{ field: 'amount.total', expected: 12_300, actual: 100 }]);
    case 'webhook':
      throw new WebhookVerificationError('NO_MATCHING_SIGNATURE');
    case 'unrelated':
      throw new Error('of the application');
    default: {
      const error = await buildApiError(getPayment, { type, message: `PortOne says ${type}.` });
      throw Object.assign(error, { status: 422, operation: getPayment.name });
    }
  }
}

@Controller()
class Failing {
  @Get('fail/:type')
  fail(@Param('type') type: string) {
    return fail(type);
  }
}

/** What Express's response and Fastify's `raw` have in common. */
interface Writable {
  write(chunk: string): void;
}

@Controller()
class HalfAnswered {
  @Get('half')
  async half(@Res() response: Writable & { raw?: Writable }) {
    (response.raw ?? response).write('half of ');
    await fail('PAYMENT_NOT_FOUND');
  }
}

@Controller('filtered')
@UseFilters(PortOneExceptionFilter)
class Filtered extends Failing {}

@Controller('unfiltered')
class Unfiltered extends Failing {}

@Catch(PaymentNotFoundError)
class NotFoundIsGone implements ExceptionFilter {
  catch(error: PaymentNotFoundError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{ status(code: number): { send(body: object): void } }>();
    reply.status(410).send({ was: error.data.type });
  }
}

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('PortOneExceptionFilter on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  async function start(controllers: Type[], providers: Provider[], logged: unknown[][] = []): Promise<void> {
    @Module({ controllers, providers })
    class AppModule {}
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const ignore = () => undefined;
    const logger = { log: ignore, warn: ignore, error: (...line: unknown[]) => void logged.push(line) };
    app = testing.createNestApplication(makeAdapter(), { logger });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer() as { address(): AddressInfo }).address().port}`;
  }

  const get = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  describe('for the whole application', () => {
    const logged: unknown[][] = [];
    beforeAll(() =>
      start([Failing, HalfAnswered], [{ provide: APP_FILTER, useClass: PortOneExceptionFilter }], logged),
    );
    afterAll(() => app.close());
    beforeEach(() => (logged.length = 0));

    it.each(ERROR_TABLE)('$type: $status', async ({ type, status }) => {
      const { status: answered, body } = await get(`/fail/${type}`);
      expect(answered).toBe(status);
      expect(body).toEqual({
        statusCode: status,
        type,
        message: `PortOne says ${type}.`,
        operation: 'payment.getPayment',
        timestamp: expect.any(String) as string,
      });
      const timestamp = new Date(body['timestamp'] as string);
      expect(timestamp.toISOString()).toBe(body['timestamp']);
      expect(logged).toHaveLength(status >= 500 ? 1 : 0);
    });

    it('answers to a type that is newer with the status that PortOne answered', async () => {
      expect(await get('/fail/BRAND_NEW')).toMatchObject({ status: 422, body: { statusCode: 422, type: 'BRAND_NEW' } });
    });

    it('answers 504 to a timeout, and logs how to make the call again', async () => {
      expect(await get('/fail/timeout')).toEqual({
        status: 504,
        body: {
          statusCode: 504,
          type: 'PORTONE_TIMEOUT',
          message: 'PortOne did not answer in time.',
          operation: 'payment.cancelPayment',
          timestamp: expect.any(String) as string,
        },
      });
      expect(logged.map(([line]) => line)).toEqual([
        'payment.cancelPayment: PORTONE_TIMEOUT, outcome unknown, idempotency key key-of-the-call-0001: ' +
          'No answer of api.portone.io within 60000 ms.',
      ]);
    });

    it('answers 409 to a payment that does not match', async () => {
      const { status, body } = await get('/fail/verification');
      expect(status).toBe(409);
      expect(Object.keys(body)).toEqual(['statusCode', 'type', 'message', 'timestamp']);
      expect(body['type']).toBe('PAYMENT_VERIFICATION_FAILED');
    });

    it('answers 401 to a webhook that does not verify', async () => {
      expect(await get('/fail/webhook')).toMatchObject({
        status: 401,
        body: { statusCode: 401, type: 'NO_MATCHING_SIGNATURE' },
      });
    });

    it('leaves other errors and routes alone', async () => {
      expect(await get('/fail/unrelated')).toEqual({
        status: 500,
        body: { statusCode: 500, message: 'Internal server error' },
      });
      expect((await get('/no-such-route')).status).toBe(404);
    });

    it('ends an answer that was under way', async () => {
      const response = await fetch(`${url}/half`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('half of ');
    });
  });

  describe('for one controller', () => {
    beforeAll(() => start([Filtered, Unfiltered], []));
    afterAll(() => app.close());

    it('catches there', async () => {
      expect(await get('/filtered/fail/PAYMENT_NOT_FOUND')).toMatchObject({
        status: 404,
        body: { type: 'PAYMENT_NOT_FOUND' },
      });
      expect((await get('/filtered/fail/unrelated')).status).toBe(500);
    });

    it('and nowhere else', async () => {
      expect((await get('/unfiltered/fail/PAYMENT_NOT_FOUND')).status).toBe(500);
    });
  });

  describe('with statuses of one’s own', () => {
    const statusOf = { UNAUTHORIZED: 502, BRAND_NEW: 410, PORTONE_TIMEOUT: 503 };
    beforeAll(() =>
      start([Failing], [{ provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf }) }]),
    );
    afterAll(() => app.close());

    it.each([
      ['UNAUTHORIZED', 502],
      ['BRAND_NEW', 410],
      ['timeout', 503],
      ['FORBIDDEN', 403],
    ])('%s: %s', async (type, status) => {
      expect(await get(`/fail/${type}`)).toMatchObject({ status, body: { statusCode: status } });
    });
  });

  describe('beside a filter of the application for one error kind', () => {
    beforeAll(() =>
      start(
        [Failing],
        [
          { provide: APP_FILTER, useClass: PortOneExceptionFilter },
          { provide: APP_FILTER, useClass: NotFoundIsGone },
        ],
      ),
    );
    afterAll(() => app.close());

    it('gives way for that kind alone', async () => {
      expect(await get('/fail/PAYMENT_NOT_FOUND')).toEqual({ status: 410, body: { was: 'PAYMENT_NOT_FOUND' } });
      expect((await get('/fail/FORBIDDEN')).status).toBe(403);
    });
  });
});
