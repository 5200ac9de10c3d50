import { route } from './route.js';

export const AUTH_ROUTES = [
  route('auth.loginViaApiSecret', ({ input, merchants }) => merchants.login(input.string('apiSecret'))),
  route('auth.refreshToken', ({ input, merchants }) => merchants.refresh(input.string('refreshToken'))),
];
