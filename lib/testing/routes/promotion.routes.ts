import { PG_CARD_COMPANIES, PG_CARD_PROMOTIONS } from '../state/promotions/pg-card-promotions.js';
import { route } from './route.js';

export const PROMOTION_ROUTES = [
  route('payment.promotion.getPromotion', ({ input, desk, merchant }) => {
    const id = input.string('promotionId');
    // The operation names no store, so any of the merchant's will do.
    return (merchant.desks.find(({ promotions }) => promotions.has(id)) ?? desk).promotions.find(id);
  }),

  route('payment.additionalFeature.getPgCardPromotions', ({ input, desk }) => {
    const channelKey = input.string('channelKey');
    const amount = Number(/^\d{1,15}$/.exec(input.string('amount'))?.[0] ?? NaN);
    if (Number.isNaN(amount)) input.refuse('amount', 'must be an integer');
    const company = input.optionalChoice('cardCompany', PG_CARD_COMPANIES);
    if (!desk.world.channels.isOf('KCP_V2', channelKey)) input.refuse('channelKey', 'must be of a channel of KCP_V2');
    return {
      promotions: PG_CARD_PROMOTIONS.filter(
        ({ cardCompany, minimumPaymentAmount }) =>
          amount >= minimumPaymentAmount && (company === undefined || cardCompany === company),
      ),
    };
  }),
];
