import { jest } from '@jest/globals';
import { Logger, type ArgumentsHost } from '@nestjs/common';
import { GetPaymentError } from '@portone/server-sdk/payment';
import { lastValueFrom, type Observable } from 'rxjs';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';

const notInstalled = (name: string) => () => {
  throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
};

jest.unstable_mockModule('@nestjs/microservices', notInstalled('@nestjs/microservices'));
jest.unstable_mockModule('@nestjs/websockets', notInstalled('@nestjs/websockets'));

const error = new GetPaymentError({ type: 'PAYMENT_NOT_FOUND' });
const hostOf = (type: string) => ({ getType: () => type }) as unknown as ArgumentsHost;

describe('without the optional packages', () => {
  afterEach(() => jest.restoreAllMocks());

  it('an RPC context is told what to install', async () => {
    const failing = new PortOneExceptionFilter().catch(error, hostOf('rpc')) as Observable<never>;
    await expect(lastValueFrom(failing)).rejects.toThrow(
      'PortOneExceptionFilter needs @nestjs/microservices to answer in an RPC context: install it.',
    );
  });

  it('the log of a WebSocket context says it, for Nest does not wait for the filter', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await new PortOneExceptionFilter().catch(error, hostOf('ws'));
    expect(logged).toHaveBeenCalledWith(
      'A WebSocket client could not be told of an error: is @nestjs/websockets installed?',
      expect.objectContaining({ message: expect.stringContaining('@nestjs/websockets') as string }),
    );
  });
});
