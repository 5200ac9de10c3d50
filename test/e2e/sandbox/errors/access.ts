import { Auth, PgSpecific } from '@portone/server-sdk';
import { errorsOf, having, UNAUTHORIZED } from './rows.js';

export const ACCESS_ERRORS = {
  'auth.loginViaApiSecret': errorsOf(
    Auth.LoginViaApiSecretError,
    { apiSecret: 'another-secret' },
    { ...UNAUTHORIZED, INVALID_REQUEST: having({ apiSecret: undefined }) },
  ),
  'auth.refreshToken': errorsOf(
    Auth.RefreshTokenError,
    { refreshToken: 'none' },
    { ...UNAUTHORIZED, INVALID_REQUEST: having({ refreshToken: undefined }) },
  ),
  'pgSpecific.getKakaopayPaymentOrder': errorsOf(
    PgSpecific.GetKakaopayPaymentOrderError,
    { pgTxId: 'none', channelKey: 'channel-1' },
    { ...UNAUTHORIZED, INVALID_REQUEST: having({ channelKey: 'channel-kcp' }) },
  ),
};
