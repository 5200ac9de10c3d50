import { Injectable } from '@nestjs/common';
import { jest } from '@jest/globals';
import {
  ConfirmRejection,
  PortOneConfirm,
  PortOneWebhook,
  type AnyWebhookEvent,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';

import { deliver } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';

const QUESTION = {
  type: 'Transaction.Confirm',
  timestamp: '2026-11-22T00:00:00.000Z',
  data: { paymentId: 'p-1', transactionId: 't-1', storeId: 's-1', totalAmount: 1000 },
};

@Injectable()
class Desk {
  verdict: (delivery: WebhookDelivery) => unknown = () => undefined;
  asked = 0;

  @PortOneConfirm()
  async mayBuy(_event: WebhookEvent<'Transaction.Confirm'>, delivery: WebhookDelivery): Promise<void> {
    this.asked++;
    // What plain JavaScript could return.
    return (await this.verdict(delivery)) as undefined;
  }
}

@Injectable()
class Everything {
  readonly types: unknown[] = [];

  @PortOneWebhook('*')
  any(event: AnyWebhookEvent): void {
    this.types.push(event.type);
  }

  @PortOneWebhook('Transaction.*')
  transaction(event: { type: string }): void {
    this.types.push(event.type);
  }
}

describe.each(PLATFORMS)('the question before an approval on %s', (_platform, adapter) => {
  let running: RunningApp;

  afterEach(async () => {
    jest.useRealTimers();
    await running.app.close();
  });

  async function start(providers = [Desk, Everything]): Promise<{ path: string; desk: Desk }> {
    running = await startWebhookApp(adapter, { providers });
    return { path: `${running.url}/webhook/portone`, desk: running.app.get(Desk, { strict: false }) };
  }

  it("is approved by returning, asked again each time, and goes past patterns and '*'", async () => {
    const { path, desk } = await start();
    expect(await deliver(path, QUESTION, { id: 'q-1' })).toMatchObject({ status: 200 });
    desk.verdict = () => {
      throw new ConfirmRejection('재고가 모두 소진되었습니다');
    };
    const refused = await deliver(path, QUESTION, { id: 'q-1' });
    expect(refused).toMatchObject({ status: 409, body: { errorMessage: '재고가 모두 소진되었습니다' } });
    class SoldOut extends ConfirmRejection {
      override name = 'SoldOut';
    }
    desk.verdict = () => {
      throw new SoldOut('다 팔렸습니다');
    };
    expect((await deliver(path, QUESTION, { id: 'q-1' })).body).toEqual({ errorMessage: '다 팔렸습니다' });
    desk.verdict = () => undefined;
    expect((await deliver(path, QUESTION, { id: 'q-1' })).status).toBe(200);
    expect(desk.asked).toBe(4);
    expect(running.app.get(Everything).types).toEqual([]);
  });

  it.each([
    ['another error', () => Promise.reject(new Error('the database at 10.0.0.1 is away'))],
    ['a rejection without a text', () => Promise.reject(new ConfirmRejection(undefined as unknown as string))],
    ['a returned value', () => false],
    ['a returned approval', () => true],
  ])('is refused by %s, without telling the buyer our troubles', async (_name, verdict) => {
    const { path, desk } = await start();
    desk.verdict = verdict;
    const answer = await deliver(path, QUESTION);
    expect(answer.status).toBe(409);
    expect(Object.keys(answer.body)).toEqual(['errorMessage']);
    expect(answer.body['errorMessage']).toContain('결제를 승인할 수 없습니다');
  });

  it('is refused without a handler, again and again', async () => {
    running = await startWebhookApp(adapter, { providers: [Everything] });
    for (let i = 0; i < 2; i++) {
      expect(await deliver(`${running.url}/webhook/portone`, QUESTION, { id: 'q-2' })).toMatchObject({ status: 409 });
    }
  });

  it('is refused after nine seconds; a late approval changes nothing', async () => {
    const { path, desk } = await start();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
    const entered = deferred<AbortSignal>();
    const gate = deferred();
    desk.verdict = ({ signal }) => {
      entered.resolve(signal);
      return gate.promise;
    };
    const answer = deliver(path, QUESTION, { id: 'q-3' });
    const signal = await entered.promise;
    jest.advanceTimersByTime(8_999);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect((await answer).status).toBe(409);
    expect(signal.aborted).toBe(true);
    gate.resolve();
    desk.verdict = () => {
      throw new ConfirmRejection('no');
    };
    expect((await deliver(path, QUESTION, { id: 'q-3' })).body).toEqual({ errorMessage: 'no' });
  });
});
