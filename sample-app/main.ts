import { Logger, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { startSandbox } from './sandbox.js';

const port = Number(process.env['PORT'] ?? 3000);
const url = `http://127.0.0.1:${port}`;

if (!process.env['PORTONE_API_SECRET']) await startSandbox(url, Number(process.env['SANDBOX_PORT'] ?? 3001));

// After the sandbox, whose variables the configuration reads.
const { AppModule } = await import('./app.module.js');
const app = await NestFactory.create(AppModule);
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
app.enableShutdownHooks();
await app.listen(port, '127.0.0.1');
new Logger('Sample').log(`The shop is open at ${url}.`);
