// Signed deliveries as PortOne makes them, and bodies of a given size.
import { createHmac, randomUUID } from 'node:crypto';

/** Of the unnamed account in every contender. */
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'bench secret').toString('base64')}`;

const KEY = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');

/** The JSON of a paid event, filled up to a size with what an application might add. */
export function paidEvent(bytes = 200) {
  const event = {
    type: 'Transaction.Paid',
    timestamp: '2024-04-25T10:00:02.345Z',
    data: { paymentId: 'order20240425k3v9x2m7q1', storeId: 'store-0a1b2c3d', transactionId: randomUUID() },
  };
  let json = JSON.stringify(event);
  const item = { sku: 'BANANA-1.5KG', name: '유기농 바나나', quantity: 2, price: 9900, options: ['선물 포장', null] };
  const missing = bytes - Buffer.byteLength(json) - '"items":[],'.length;
  if (missing > 0) {
    const each = Buffer.byteLength(JSON.stringify(item)) + 1;
    event.data.items = Array.from({ length: Math.max(1, Math.round(missing / each)) }, () => item);
    json = JSON.stringify(event);
  }
  return json;
}

/** A delivery with an id of its own, signed now. */
export function signDelivery(json) {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', KEY).update(`${id}.${timestamp}.${json}`).digest('base64');
  return {
    id,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    body: json,
  };
}
