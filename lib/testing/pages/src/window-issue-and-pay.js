import { post } from './api.js';
import { money } from './dom.js';
import { cardFields, cardOf, finish, form, manualApproval, order, phoneField, show } from './window-parts.js';
import { cancelled, refused } from './window-outcome.js';
import { orderFields, plain } from './window-request.js';

/** A billing key and its first payment in one. */
export function askIssueAndPay({ transactionType, request, answer }) {
  const { storeId, paymentId, orderName, totalAmount, currency, billingKeyAndPayMethod } = request;
  let isDone = false;
  const end = (fields) => {
    isDone = true;
    answer({ transactionType, paymentId, ...fields });
  };
  const failed = (fields) => {
    isDone = true;
    finish({ title: '결제 실패', text: fields.message, tone: 'bad' }, () =>
      end({ billingKey: '', txId: '', ...fields }),
    );
  };
  const leave = () => {
    if (!isDone) end({ billingKey: '', txId: '', ...cancelled('결제를') });
  };

  const amount = money(totalAmount, plain(currency), 'ko-KR');
  const tick = manualApproval('결제 후 서버에서 승인합니다.');
  const paying = form([phoneField(request), cardFields(), tick], `${amount} 결제하고 등록하기`, async (data) => {
    try {
      const { billingKey, billingIssueToken, txId } = await post('buyer/issue-billing-key-and-pay', {
        storeId,
        paymentId,
        ...orderFields(request),
        customer: { ...request.customer, phoneNumber: data.get('phoneNumber') },
        billingKeyAndPayMethod,
        card: cardOf(data),
        ...(data.get('manual') && { approval: 'manual' }),
      });
      end({ billingKey, billingIssueToken, txId });
    } catch (error) {
      if (error.data === undefined || error.data.type === 'INVALID_REQUEST') throw error;
      failed(refused(error));
    }
  });
  show('결제수단 등록 및 결제', order(orderName, amount, paymentId), paying.element);
  return leave;
}
