// A Nest application as such applications are: configuration, a global ValidationPipe, a controller with a DTO; and the
// same with this package, or with the SDK. Made of modules that were loaded by `import` or by `require`.
'use strict';
const { performance } = require('node:perf_hooks');
const process = require('node:process');

/** @param {Record<string, any>} modules what the contender loaded, by package */
exports.startApplication = async function startApplication(contender, modules) {
  const { Controller, Get, Inject, Module, ValidationPipe } = modules['@nestjs/common'];
  const { APP_PIPE, NestFactory } = modules['@nestjs/core'];
  const { ConfigModule } = modules['@nestjs/config'];
  const imports = [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true })];
  const providers = [{ provide: APP_PIPE, useFactory: () => new ValidationPipe({ whitelist: true, transform: true }) }];

  class OrdersController {
    constructor(payments) {
      this.payments = payments;
    }
    list() {
      return [];
    }
  }
  Controller('orders')(OrdersController);
  Get()(OrdersController.prototype, 'list', Object.getOwnPropertyDescriptor(OrdersController.prototype, 'list'));

  if (contender === 'nestjs-portone') {
    const { PaymentService, PortOneModule, portOneConfig } = modules['nestjs-portone'];
    imports.push(ConfigModule.forFeature(portOneConfig), PortOneModule.forRootAsync(portOneConfig.asProvider()));
    Inject(PaymentService)(OrdersController, undefined, 0);
  } else {
    const { PortOneClient } = modules['@portone/server-sdk'] ?? {};
    providers.push({ provide: 'PAYMENTS', useFactory: () => PortOneClient?.({ secret: 'bench' }).payment ?? null });
    Inject('PAYMENTS')(OrdersController, undefined, 0);
  }
  class AppModule {}
  Module({ imports, providers, controllers: [OrdersController] })(AppModule);

  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.init();
  if (contender !== 'plain' && typeof app.get(OrdersController).payments.getPayment !== 'function') {
    throw new Error('The controller did not get what it asked for.');
  }
  return app;
};

/** What each contender's application loads. */
exports.packagesOf = (contender) => [
  'reflect-metadata',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/config',
  'class-validator',
  'class-transformer',
  ...({ 'nestjs-portone': ['nestjs-portone'], sdk: ['@portone/server-sdk'] }[contender] ?? []),
];

/** Tells the parent how long the start took, from the process's first moment, and what it weighs. */
exports.report = function report() {
  const ms = performance.now();
  const { user, system } = process.cpuUsage();
  process.send({ ms, cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss }, () => process.exit());
};
