// The public face of `nestjs-portone/opentelemetry`.
export {};
