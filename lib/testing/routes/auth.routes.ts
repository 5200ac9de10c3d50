import { route } from './route.js';

export const AUTH_ROUTES = [
  route('auth.loginViaApiSecret', ({ input, tokens }) => tokens.login(input.string('apiSecret'))),
  route('auth.refreshToken', ({ input, tokens }) => tokens.refresh(input.string('refreshToken'))),
];
