import type { Sdk } from '../../../sdk.types.js';

type PgCardPromotion = Sdk.Payment.AdditionalFeature.PgCardPromotion;

/** What the sandbox's KCP has on offer, on every channel, at any time. */
export const PG_CARD_PROMOTIONS: readonly PgCardPromotion[] = [
  { promotionId: 'KCP-0001', cardCompany: 'SHINHAN_CARD', discountAmount: 1_000, minimumPaymentAmount: 10_000 },
  { promotionId: 'KCP-0002', cardCompany: 'KOOKMIN_CARD', discountAmount: 3_000, minimumPaymentAmount: 50_000 },
  { promotionId: 'KCP-0003', cardCompany: 'SHINHAN_CARD', discountAmount: 7_000, minimumPaymentAmount: 100_000 },
];

export const PG_CARD_COMPANIES = [
  'KOREA_DEVELOPMENT_BANK',
  'KFCC',
  'SHINHYUP',
  'EPOST',
  'SAVINGS_BANK_KOREA',
  'KAKAO_BANK',
  'WOORI_CARD',
  'BC_CARD',
  'GWANGJU_CARD',
  'SAMSUNG_CARD',
  'SHINHAN_CARD',
  'HYUNDAI_CARD',
  'LOTTE_CARD',
  'SUHYUP_CARD',
  'CITI_CARD',
  'NH_CARD',
  'JEONBUK_CARD',
  'JEJU_CARD',
  'HANA_CARD',
  'KOOKMIN_CARD',
  'K_BANK',
  'TOSS_BANK',
  'MIRAE_ASSET_SECURITIES',
] as const;
