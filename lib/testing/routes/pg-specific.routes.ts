import { kakaopayOrder } from '../state/payments/kakaopay-order.js';
import { route } from './route.js';

export const PG_SPECIFIC_ROUTES = [
  route('pgSpecific.getKakaopayPaymentOrder', ({ input, desk, merchant }) => {
    const pgTxId = input.string('pgTxId');
    const channelKey = input.string('channelKey');
    const { channels } = desk.world;
    // PortOne documents no CHANNEL_NOT_FOUND here.
    if (!channels.has(channelKey) || !channels.isOf('KAKAOPAY', channelKey)) {
      input.refuse('channelKey', 'must be of a channel of KAKAOPAY');
    }
    const payments = merchant.desks.flatMap((one) => [...one.payments.records.values()]);
    return kakaopayOrder(
      payments.flatMap(({ attempts }) => attempts.map(({ payment }) => payment)),
      pgTxId,
      channelKey,
    );
  }),
];
