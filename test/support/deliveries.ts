import { signWebhook } from 'nestjs-portone/testing';

export const SECRET = 'whsec_' + Buffer.from('a secret of thirty-two bytes....').toString('base64');

export function paidEvent(paymentId = 'payment-1') {
  return {
    type: 'Transaction.Paid' as const,
    timestamp: '2026-11-22T00:00:00.000Z',
    data: { paymentId, transactionId: 'tx-1', storeId: 'store-1' },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Posts a signed delivery, as PortOne does. */
export async function deliver(
  url: string,
  event: object = paidEvent(),
  { secret = SECRET, id, headers = {} }: { secret?: string; id?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const signed = signWebhook({ secret, body: JSON.stringify(event), ...(id !== undefined && { id }) });
  return post(url, signed.body, { ...signed.headers, ...headers });
}

export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = { text };
  }
  return { status: response.status, headers: response.headers, body: parsed as Record<string, unknown> };
}
