// An application context with many handlers, and deliveries handed to its dispatcher.
import { Buffer } from 'node:buffer';

import { serve } from '../child-process.js';
import { decorateClass, decorateMethod } from '../decorate.js';
import { paidEvent, WEBHOOK_SECRET } from '../deliveries.js';
import { importFor } from '../packages.js';

const handlers = Number(process.argv[2]);
/** Whether all of them take the event, or one does and the others take other types. */
const allMatch = process.argv[3] === 'all';

const load = importFor(12);
await load('reflect-metadata');
const { Module } = await load('@nestjs/common');
const { NestFactory } = await load('@nestjs/core');
const { PortOneModule, PortOneWebhook, WebhookDispatcher } = await load('nestjs-portone');

const OTHERS = ['Transaction.Ready', 'Transaction.Cancelled', 'BillingKey.Issued', 'BillingKey.Deleted'];
let calls = 0;

/** Ten handlers to a class, as an application of that size would have them. */
const providers = Array.from({ length: Math.ceil(handlers / 10) }, (_, at) => {
  const OrderWebhooks = { [`OrderWebhooks${at}`]: class {} }[`OrderWebhooks${at}`];
  for (let index = at * 10; index < Math.min(handlers, at * 10 + 10); index++) {
    const name = `on${index}`;
    OrderWebhooks.prototype[name] = async () => {
      calls++;
    };
    const type = allMatch || index === 0 ? 'Transaction.Paid' : OTHERS[index % OTHERS.length];
    decorateMethod(OrderWebhooks, name, PortOneWebhook(type));
  }
  return OrderWebhooks;
});

class AppModule {}
const portOne = PortOneModule.forRoot({
  apiSecret: 'bench',
  environment: 'sandbox',
  webhook: { secrets: [WEBHOOK_SECRET] },
});
decorateClass(AppModule, Module({ imports: [portOne], providers }));
const startedAt = performance.now();
const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const startMs = performance.now() - startedAt;

const dispatcher = app.get(WebhookDispatcher);
const rawBody = Buffer.from(paidEvent(200));
const event = JSON.parse(rawBody.toString());
let id = 0;

async function run({ ms }) {
  let done = 0;
  const callsBefore = calls;
  const began = performance.now();
  do {
    for (let at = 0; at < (allMatch ? 1 : 50); at++) {
      const now = new Date();
      const delivery = { id: `msg_${id++}`, timestamp: now, receivedAt: now, attempt: 0, rawBody };
      const { status } = await dispatcher.dispatch(event, delivery);
      if (status !== 200) throw new Error(`The dispatcher answered ${status}.`);
      done++;
    }
  } while (performance.now() - began < ms);
  const us = (performance.now() - began) * 1000;
  return { us: us / done, usPerCall: us / (calls - callsBefore) };
}

serve({ run }, { startMs });
