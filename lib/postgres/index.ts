// The public face of `nestjs-portone/postgres`.
export {};
