import { byId } from './dom.js';
import { connect } from './host.js';
import { askBillingKey } from './window-billing-key.js';
import { askIssueAndPay } from './window-issue-and-pay.js';
import { askIdentity } from './window-identity.js';
import { askPayment } from './window-payment.js';
import { leaving, message, show } from './window-parts.js';

const FLOWS = {
  PAYMENT: askPayment,
  ISSUE_BILLING_KEY: askBillingKey,
  ISSUE_BILLING_KEY_AND_PAY: askIssueAndPay,
  IDENTITY_VERIFICATION: askIdentity,
};

const host = await connect();
const flow = FLOWS[host?.transactionType];
if (flow) {
  leaving.by = await flow(host);
  byId('close').addEventListener('click', () => void leaving.by());
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') void leaving.by();
  });
} else {
  byId('close').hidden = true;
  show(
    '결제창',
    message('calm', '이 페이지는 쇼핑몰의 결제 버튼으로 열립니다. PortOne.requestPayment를 호출해 주세요.'),
  );
}
