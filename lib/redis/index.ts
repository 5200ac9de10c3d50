// The public face of `nestjs-portone/redis`.
export {};
