import type { Sdk } from '../sdk.types.js';
import type { CallOptions } from './call-options.js';
import type { TokenSource } from './credentials.js';
import type { OperationOptions } from './operation.js';

type Tokens = Sdk.Auth.LoginViaApiSecretResponse;

/** Calls an operation by its name with the API secret. */
export type CallWithSecret = (operation: string, options: OperationOptions, call?: CallOptions) => Promise<unknown>;

/** The API's own two operations for tokens, which never need one themselves. */
export function tokenSource(callWithSecret: CallWithSecret, apiSecret: string): TokenSource {
  return {
    login: async () => tokensIn(await callWithSecret('auth.loginViaApiSecret', { apiSecret })),
    // One attempt: when it fails, a login follows, and that one is made again.
    refresh: async (refreshToken) =>
      tokensIn(await callWithSecret('auth.refreshToken', { refreshToken }, { retry: false })),
  };
}

function tokensIn(answer: unknown): Tokens {
  const { accessToken, refreshToken } = answer as Partial<Record<keyof Tokens, unknown>>;
  if (typeof accessToken !== 'string' || accessToken === '') throw new Error('The login was answered without a token.');
  return { accessToken, refreshToken: typeof refreshToken === 'string' ? refreshToken : '' };
}
