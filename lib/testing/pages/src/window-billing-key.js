import { post } from './api.js';
import { money } from './dom.js';
import { cannotOpen, cardFields, cardOf, finish, form, manualApproval, order, show } from './window-parts.js';
import { cancelled, refused } from './window-outcome.js';
import { keyFields, plain } from './window-request.js';

const METHODS = { CARD: '카드', MOBILE: '휴대폰', EASY_PAY: '간편결제', PAYPAL: 'PayPal' };

/** A billing key: a person registers a card, fails to or leaves. */
export async function askBillingKey(host) {
  const { transactionType, request } = host;
  const { storeId } = request;
  let subject;
  try {
    subject = { storeId, ...(await post('buyer/open-billing-key', { storeId, ...keyFields(request) })) };
  } catch (error) {
    return cannotOpen(host, error, { transactionType, ...refused(error) });
  }
  let isDone = false;
  const end = (fields) => {
    isDone = true;
    host.answer({ transactionType, ...fields });
  };
  const fail = () => post('buyer/fail-billing-key', subject);
  const failed = (fields) => {
    isDone = true;
    finish({ title: '등록 실패', text: fields.message, tone: 'bad' }, () => end({ billingKey: '', ...fields }));
  };
  const leave = async () => {
    if (isDone) return;
    isDone = true;
    await fail().catch(() => undefined);
    end({ billingKey: '', ...cancelled('등록을') });
  };

  const method = request.billingKeyMethod;
  const { displayAmount, currency = 'KRW', issueName = '자동 결제에 쓸 결제수단을 등록합니다.', issueId } = request;
  const shown = displayAmount === undefined ? METHODS[method] : money(displayAmount, plain(currency), 'ko-KR');
  const issuing = form([cardFields(), manualApproval('등록 후 서버에서 승인합니다.')], '등록하기', async (data) => {
    const approval = data.get('manual') ? { approval: 'manual' } : {};
    try {
      const { billingKey, billingIssueToken } = await post('buyer/issue-billing-key', {
        ...subject,
        card: cardOf(data),
        ...approval,
      });
      end({ billingKey, billingIssueToken });
    } catch (error) {
      if (error.data === undefined || error.data.type === 'INVALID_REQUEST') throw error;
      failed(refused(error));
    }
  });
  issuing.add('등록 실패시키기', async () => {
    await fail();
    failed(cancelled('등록을'));
  });
  show('결제수단 등록', order(issueName, shown, issueId), issuing.element);
  return leave;
}
