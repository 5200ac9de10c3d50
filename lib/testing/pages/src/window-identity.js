import { post } from './api.js';
import { h } from './dom.js';
import { cannotOpen, choices, field, finish, form, message, phoneField, select, show } from './window-parts.js';
import { cancelled, refused } from './window-outcome.js';
import { identityFields } from './window-request.js';

const OPERATORS = {
  SKT: 'SKT',
  KT: 'KT',
  LGU: 'LG U+',
  SKT_MVNO: 'SKT 알뜰폰',
  KT_MVNO: 'KT 알뜰폰',
  LGU_MVNO: 'LG U+ 알뜰폰',
};
const WAYS = [
  { value: 'SMS', label: '문자(SMS) 인증' },
  { value: 'APP', label: '앱(PASS) 인증' },
];

/** An identity verification: who the person is, and the code or the app that proves it. */
export async function askIdentity(host) {
  const { transactionType, request } = host;
  const { storeId, identityVerificationId, customer = {} } = request;
  const subject = { storeId, identityVerificationId };
  const common = { transactionType, identityVerificationId };
  let opened;
  try {
    opened = await post('buyer/request-identity-verification', { ...subject, ...identityFields(request) });
  } catch (error) {
    return cannotOpen(host, error, { ...common, ...refused(error) });
  }
  const { identityVerificationTxId } = opened;
  let isDone = false;
  const end = (fields = {}) => {
    isDone = true;
    host.answer({ ...common, identityVerificationTxId, ...fields });
  };
  const fail = () => post('buyer/fail-identity-verification', subject);
  const leave = async () => {
    if (isDone) return;
    isDone = true;
    await fail().catch(() => undefined);
    end(cancelled('본인인증을'));
  };
  const failed = async () => {
    await fail();
    isDone = true;
    const fields = cancelled('본인인증을');
    finish({ title: '본인인증 실패', text: fields.message, tone: 'bad' }, () => end(fields));
  };

  const fields = [
    field('이름', { name: 'name', value: customer.fullName ?? '홍길동', autocomplete: 'name', required: true }),
    select('통신사', 'operator', OPERATORS),
    phoneField(request),
    choices('인증 방법', 'way', WAYS, { tiles: true }),
  ];
  const asking = form(fields, '인증 요청', async (data) => {
    const { way, name, operator, phoneNumber } = Object.fromEntries(data);
    const person = { name, operator, phoneNumber: phoneNumber.replace(/\D/g, '') };
    if (way === 'APP') approveInApp(person);
    else enterCode(person, (await post('buyer/read-code', subject)).code);
  });
  asking.add('인증 실패시키기', failed);
  show('본인인증', h('p.quiet', {}, '본인 명의의 휴대폰으로 인증합니다.'), asking.element);
  return leave;

  function enterCode(person, sent) {
    const input = field('인증번호', { name: 'otp', inputMode: 'numeric', autocomplete: 'one-time-code', maxLength: 6 });
    const hint = message('calm', `테스트 인증번호: ${sent} (문자는 가지 않습니다.)`);
    const entering = form([hint, input], '인증 확인', async (data) => {
      await post('buyer/enter-code', { ...subject, ...person, code: data.get('otp') || ' ' });
      end();
    });
    entering.add('인증 실패시키기', failed);
    show('본인인증', entering.element);
    input.querySelector('input').focus();
  }

  function approveInApp(person) {
    const approving = form([message('calm', 'PASS 앱에서 인증을 승인해 주세요.')], '앱에서 승인하기', async () => {
      await post('buyer/approve-in-app', { ...subject, ...person });
      end();
    });
    approving.add('인증 실패시키기', failed);
    show('본인인증', approving.element);
  }
}
