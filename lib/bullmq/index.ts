// The public face of `nestjs-portone/bullmq`.
export {};
