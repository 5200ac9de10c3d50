// The public face of `nestjs-portone/terminus`.
export {};
