// What of the browser SDK's request the sandbox's actions take. The rest changes nothing here, and what a newer SDK
// knows more must not stop anybody.
const ORDER = [
  ...['orderName', 'totalAmount', 'taxFreeAmount', 'vatAmount', 'channelKey', 'channelGroupId', 'customer'],
  ...['noticeUrls', 'confirmUrl', 'products', 'isEscrow', 'isCulturalExpense', 'customData', 'country', 'promotionId'],
];
const METHODS = ['card', 'virtualAccount', 'transfer', 'mobile', 'giftCertificate', 'easyPay', 'convenienceStore'];
const KEY = [
  ...['channelKey', 'channelGroupId', 'billingKeyMethod', 'easyPay', 'customer', 'noticeUrls', 'issueId', 'issueName'],
];
const IDENTITY = ['channelKey', 'customer'];

const PREFIX = /^(CURRENCY|EASY_PAY_PROVIDER|CARRIER)_(?=[A-Z])/;

/** The browser SDK takes `CURRENCY_KRW` for `KRW`, and so on. */
export function plain(value) {
  return typeof value === 'string' ? value.replace(PREFIX, '') : value;
}

/** Where the person sits. */
const platformType = () => (/Mobi|Android|iPhone|iPad/.test(navigator.userAgent) ? 'SDK_MOBILE' : 'SDK_PC');

export function orderFields(request) {
  return { ...pick(request, ORDER), currency: plain(request.currency), platformType: platformType() };
}

export function openFields(request) {
  return { ...orderFields(request), ...pick(request, METHODS), payMethod: request.payMethod };
}

export function keyFields(request) {
  return { ...pick(request, KEY), ...customData(request), platformType: platformType() };
}

export function identityFields(request) {
  return { ...pick(request, IDENTITY), ...customData(request) };
}

function pick(request, names) {
  return Object.fromEntries(names.filter((name) => name in request).map((name) => [name, request[name]]));
}

/** PortOne keeps it as text. */
function customData({ customData: data }) {
  if (data === undefined) return {};
  return { customData: typeof data === 'string' ? data : JSON.stringify(data) };
}
