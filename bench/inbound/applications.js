// The four ways to receive a webhook in a Nest application. Each answers where its route is, how Nest is to be created,
// and how a delivery for it is signed.
import { decorateClass, decorateMethod, decorateParameters } from '../decorate.js';
import { WEBHOOK_SECRET } from '../deliveries.js';

/** Counts what reached a handler: a contender that loses events must not win. */
export const handled = { count: 0 };

export const APPLICATIONS = {
  /** This package: its endpoint, its in-memory inbox, one handler. */
  async 'nestjs-portone'(load) {
    const { PortOneModule, PortOneWebhook } = await load('nestjs-portone');
    const { Module } = await load('@nestjs/common');
    class OrderWebhooks {
      async onPaid() {
        handled.count++;
      }
    }
    decorateMethod(OrderWebhooks, 'onPaid', PortOneWebhook('Transaction.Paid'));
    const portOne = PortOneModule.forRoot({
      apiSecret: 'bench',
      environment: 'sandbox',
      webhook: { secrets: [WEBHOOK_SECRET] },
    });
    class AppModule {}
    decorateClass(AppModule, Module({ imports: [portOne], providers: [OrderWebhooks] }));
    return { AppModule, path: '/webhook/portone' };
  },

  /** A route that takes parsed JSON and answers: nothing is verified. */
  async 'bare route'(load) {
    const { Body, Controller, HttpCode, Module, Post } = await load('@nestjs/common');
    class WebhookController {
      async receive({ type }) {
        if (type === 'Transaction.Paid') handled.count++;
        return { received: true };
      }
    }
    decorateMethod(WebhookController, 'receive', Post(), HttpCode(200));
    decorateParameters(WebhookController, 'receive', Body());
    decorateClass(WebhookController, Controller('webhook/portone'));
    class AppModule {}
    decorateClass(AppModule, Module({ controllers: [WebhookController] }));
    return { AppModule, path: '/webhook/portone' };
  },

  /** What PortOne's guide has people write: raw body, the SDK's verification, a switch. */
  async 'hand-written'(load) {
    const { BadRequestException, Controller, HttpCode, Module, Post, Req } = await load('@nestjs/common');
    const { Webhook } = await load('@portone/server-sdk');
    class WebhookController {
      async receive(request) {
        let event;
        try {
          event = await Webhook.verify(WEBHOOK_SECRET, request.rawBody.toString('utf8'), request.headers);
        } catch (error) {
          if (error instanceof Webhook.WebhookVerificationError) throw new BadRequestException();
          throw error;
        }
        switch (event.type) {
          case 'Transaction.Paid':
            handled.count++;
        }
        return { received: true };
      }
    }
    decorateMethod(WebhookController, 'receive', Post(), HttpCode(200));
    decorateParameters(WebhookController, 'receive', Req());
    decorateClass(WebhookController, Controller('webhook/portone'));
    class AppModule {}
    decorateClass(AppModule, Module({ controllers: [WebhookController] }));
    return { AppModule, path: '/webhook/portone', nestOptions: { rawBody: true } };
  },

  /** The usual Nest package for the same task with Stripe. */
  async golevelup(load) {
    const { StripeModule, StripeWebhookHandler } = (await load('@golevelup/nestjs-stripe')).default;
    const { Module } = await load('@nestjs/common');
    class Payments {
      async onPaid() {
        handled.count++;
      }
    }
    decorateMethod(Payments, 'onPaid', StripeWebhookHandler('payment_intent.succeeded'));
    const stripe = StripeModule.forRoot({
      apiKey: 'sk_test_bench',
      webhookConfig: { stripeSecrets: { account: WEBHOOK_SECRET }, requestBodyProperty: 'rawBody' },
    });
    class AppModule {}
    decorateClass(AppModule, Module({ imports: [stripe], providers: [Payments] }));
    return { AppModule, path: '/stripe/webhook', nestOptions: { rawBody: true }, signer: 'stripe' };
  },
};
