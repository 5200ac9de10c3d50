// The application under steady load: a handler that asks for the payment, an inbox of the default size.
import { serve } from '../child-process.js';
import { decorateClass, decorateMethod } from '../decorate.js';
import { WEBHOOK_SECRET } from '../deliveries.js';
import { importFor } from '../packages.js';

const load = importFor(12);
await load('reflect-metadata');
const { Inject, Module } = await load('@nestjs/common');
const { NestFactory } = await load('@nestjs/core');
const { PaymentService, PortOneModule, PortOneWebhook } = await load('nestjs-portone');

class OrderWebhooks {
  constructor(payments) {
    this.payments = payments;
  }

  async onPaid({ data }) {
    const payment = await this.payments.getPayment({ paymentId: data.paymentId });
    if (payment.id !== data.paymentId) throw new Error('Another payment.');
  }
}
Inject(PaymentService)(OrderWebhooks, undefined, 0);
decorateMethod(OrderWebhooks, 'onPaid', PortOneWebhook('Transaction.Paid'));

const portOne = PortOneModule.forRoot({
  apiSecret: 'bench',
  environment: 'sandbox',
  baseUrl: `http://127.0.0.1:${process.argv[2]}`,
  webhook: { secrets: [WEBHOOK_SECRET] },
});
class AppModule {}
decorateClass(AppModule, Module({ imports: [portOne], providers: [OrderWebhooks] }));
const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(0, '127.0.0.1');

/** After two collections: the first one's finalizers let go of more. */
async function memory() {
  for (let pass = 0; pass < 2; pass++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}

serve({ memory }, { port: app.getHttpServer().address().port, path: '/webhook/portone' });
