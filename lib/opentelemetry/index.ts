// The public face of `nestjs-portone/opentelemetry`.
export { PortOneOpenTelemetryModule } from './opentelemetry.module.js';
export type { PortOneOpenTelemetryOptions } from './opentelemetry.options.js';
