import { post } from './api.js';
import { h, money } from './dom.js';
import { cannotOpen, choices, finish, form, manualApproval, order, show } from './window-parts.js';
import { BANKS, chosenIn, METHODS, PANELS } from './window-methods.js';
import { cancelled, declined, refused } from './window-outcome.js';
import { openFields, plain } from './window-request.js';

/** A payment: the shop's order is opened, a person pays, fails or leaves. */
export async function askPayment(host) {
  const { transactionType, request } = host;
  const { storeId, paymentId, orderName, totalAmount, currency } = request;
  const common = { transactionType, paymentId };
  let txId;
  try {
    ({ transactionId: txId } = await post('buyer/open', { storeId, paymentId, ...openFields(request) }));
  } catch (error) {
    return cannotOpen(host, error, { ...common, ...refused(error) });
  }
  const subject = { storeId, paymentId, txId };
  let isDone = false;
  const end = (fields = {}) => {
    isDone = true;
    host.answer({ ...common, txId, ...fields });
  };
  const leave = async () => {
    if (isDone) return;
    isDone = true;
    await post('buyer/close-window', subject).catch(() => undefined);
    end(cancelled('결제를'));
  };
  const failed = (fields) => {
    isDone = true;
    finish({ title: '결제 실패', text: fields.message, tone: 'bad' }, () => end(fields));
  };
  // Who closes a pop-up by the browser's own button leaves no time for more.
  addEventListener('pagehide', () => {
    if (host.mode === 'popup' && !isDone) navigator.sendBeacon('/_sandbox/buyer/close-window', JSON.stringify(subject));
  });

  const amount = money(totalAmount, plain(currency), 'ko-KR');
  let { payMethod } = request;
  const panel = h('div.stack');
  const choose = (value) => {
    payMethod = value;
    panel.replaceChildren(PANELS[value]?.(request) ?? h('p.quiet', {}, `${METHODS[value] ?? value}(으)로 결제합니다.`));
  };
  const options = Object.entries({ [payMethod]: payMethod, ...METHODS }).map(([value, label]) => ({ value, label }));
  const methods = choices('결제 수단', 'payMethod', options, { tiles: true, checked: payMethod, onchange: choose });
  const tick = manualApproval('결제 후 서버에서 승인합니다.');
  const paying = form([methods, panel, tick], `${amount} 결제하기`, async (data) => {
    const payment = await pay(data);
    if (payment.paymentToken !== undefined) end(payment);
    else if (payment.status === 'FAILED') failed(declined(payment.failure ?? {}));
    else if (payment.status === 'VIRTUAL_ACCOUNT_ISSUED') showAccount(payment.method);
    else end();
  });
  paying.add('결제 실패시키기', async () => failed(declined((await post('buyer/fail', subject)).failure ?? {})));
  choose(payMethod);
  show('결제하기', order(orderName, amount, paymentId), paying.element);
  return leave;

  async function pay(data) {
    const approval = data.get('manual') ? { approval: 'manual' } : {};
    try {
      return await post('buyer/pay', { ...subject, payMethod, ...chosenIn(data, payMethod, request), ...approval });
    } catch (error) {
      // A card number can be typed again; from the rest there is no way on.
      if (error.data === undefined || error.data.type === 'INVALID_REQUEST') throw error;
      failed(refused(error));
      return { status: 'DONE', paymentToken: undefined };
    }
  }

  function showAccount({ bank, accountNumber, remitteeName, expiredAt }) {
    isDone = true;
    const until = expiredAt && new Date(expiredAt).toLocaleString('ko-KR', { dateStyle: 'long', timeStyle: 'short' });
    const facts = {
      은행: BANKS[bank] ?? bank,
      계좌번호: accountNumber,
      ...(remitteeName && { 예금주: remitteeName }),
      입금액: amount,
      ...(until && { '입금 기한': until }),
    };
    const text = '아래 계좌로 입금하면 결제가 완료됩니다.';
    finish({ title: '가상계좌 발급 완료', text, facts, tone: 'good' }, () => end());
  }
}
