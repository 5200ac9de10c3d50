import { h } from './dom.js';
import { cardFields, cardOf, choices, select } from './window-parts.js';
import { plain } from './window-request.js';

export const METHODS = {
  CARD: '카드',
  EASY_PAY: '간편결제',
  VIRTUAL_ACCOUNT: '가상계좌',
  TRANSFER: '계좌이체',
  MOBILE: '휴대폰',
  GIFT_CERTIFICATE: '상품권',
};
export const BANKS = {
  SHINHAN: '신한은행',
  KOOKMIN: 'KB국민은행',
  WOORI: '우리은행',
  HANA: '하나은행',
  NONGHYUP: 'NH농협은행',
  KAKAO: '카카오뱅크',
};
const PROVIDERS = { KAKAOPAY: '카카오페이', NAVERPAY: '네이버페이', TOSSPAY: '토스페이', PAYCO: '페이코' };
const CARRIERS = { SKT: 'SKT', KT: 'KT', LGU: 'LG U+' };
const GIFT_CERTIFICATES = { CULTURELAND: '컬쳐랜드', BOOKNLIFE: '북앤라이프', SMART_MUNSANG: '스마트문상' };

/** What a person fills in for each; what the shop asked for comes first. */
export const PANELS = {
  CARD: () => cardFields(),
  EASY_PAY: ({ easyPay }) => {
    const options = Object.entries(offered(easyPay?.easyPayProvider, PROVIDERS));
    const rows = options.map(([value, label]) => ({ value, label }));
    return choices('간편결제사', 'easyPayProvider', rows, { tiles: true });
  },
  VIRTUAL_ACCOUNT: ({ virtualAccount }) => select('입금 은행', 'bankCode', offered(virtualAccount?.bankCode, BANKS)),
  TRANSFER: ({ transfer }) => select('출금 은행', 'bankCode', offered(transfer?.bankCode, BANKS)),
  MOBILE: ({ mobile }) => select('통신사', 'carrier', offered(mobile?.carrier, CARRIERS)),
  GIFT_CERTIFICATE: ({ giftCertificate }) =>
    select('상품권', 'giftCertificateType', offered(giftCertificate?.giftCertificateType, GIFT_CERTIFICATES)),
  CONVENIENCE_STORE: () => h('p.quiet', {}, '편의점에서 결제할 수 있는 번호를 발급합니다.'),
};

/** The part of the browser SDK's request that each is a choice in. */
const PARTS = {
  EASY_PAY: 'easyPay',
  VIRTUAL_ACCOUNT: 'virtualAccount',
  TRANSFER: 'transfer',
  MOBILE: 'mobile',
  GIFT_CERTIFICATE: 'giftCertificate',
};
const CHOICES = ['easyPayProvider', 'bankCode', 'carrier', 'giftCertificateType'];

/** What the person chose, as `buyer/pay` takes it. */
export function chosenIn(data, payMethod, request) {
  if (payMethod === 'CARD') return { card: cardOf(data) };
  const part = PARTS[payMethod];
  const chosen = Object.fromEntries([...data].filter(([name]) => CHOICES.includes(name)));
  return part === undefined ? {} : { [part]: { ...request[part], ...chosen } };
}

function offered(asked, known) {
  const value = plain(asked);
  return value === undefined ? known : { [value]: known[value] ?? value, ...known };
}
