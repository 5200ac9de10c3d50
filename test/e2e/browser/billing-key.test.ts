import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import type { Browser, Page } from 'playwright-core';
import { DESKTOP, describeInChromium, isTooWide, launchChromium, openPage, PHONE, takePicture } from './chromium.js';
import { answerOf, ask, order, Shop } from './shop.js';

describeInChromium('The window for billing keys and identities', () => {
  const shop = new Shop();
  const complaints: string[] = [];
  let sandbox: PortOneSandbox;
  let browser: Browser;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ seed: 7 });
    await shop.listen(sandbox.url);
    browser = await launchChromium();
  });
  afterEach(async () => {
    sandbox.reset();
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop.close();
    await sandbox?.stop();
  });

  async function openShop(options = DESKTOP): Promise<Page> {
    const page = await openPage(browser, options, complaints);
    await page.goto(shop.url);
    return page;
  }
  const client = () => PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });

  describe('a billing key', () => {
    const request = {
      storeId: 'store-sandbox',
      channelKey: 'channel-key-card',
      billingKeyMethod: 'CARD',
      issueName: '월간 원두 구독',
      issueId: 'issue-1',
      customData: { plan: 'monthly' },
    };

    it('is issued for a card', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIssueBillingKey', request);
      await window.getByRole('radio', { name: /5555/ }).check();
      await takePicture(page, 'window-billing-key-1280');
      await window.getByRole('button', { name: '등록하기' }).click();
      const { answer } = await answerOf(page);
      expect(answer).toEqual({ transactionType: 'ISSUE_BILLING_KEY', billingKey: expect.any(String) as string });
      const { billingKey } = answer as { billingKey: string };
      expect(await client().payment.billingKey.getBillingKeyInfo({ billingKey })).toMatchObject({
        status: 'ISSUED',
        issueName: '월간 원두 구독',
        customData: '{"plan":"monthly"}',
        methods: [{ card: { number: expect.stringMatching(/4444$/) as string } }],
      });
    });

    it('waits for the shop’s server where that approves', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIssueBillingKey', request);
      await window.getByText('테스트 옵션').click();
      await window.getByRole('checkbox', { name: /수동 승인/ }).check();
      await window.getByRole('button', { name: '등록하기' }).click();
      const { answer } = await answerOf(page);
      expect(answer).toMatchObject({
        billingKey: 'NEEDS_CONFIRMATION',
        billingIssueToken: expect.any(String) as string,
      });
      const { billingIssueToken } = answer as { billingIssueToken: string };
      const { billingKey } = await client().payment.billingKey.confirmBillingKey({
        storeId: 'store-sandbox',
        billingIssueToken,
      });
      expect(billingKey).not.toBe('NEEDS_CONFIRMATION');
    });

    it.each([
      ['fails', '등록 실패시키기', '확인'],
      ['is left', '닫기', undefined],
    ])('%s when a person wants it to', async (_, button, then) => {
      const page = await openShop();
      const window = await ask(page, 'requestIssueBillingKey', request);
      await window.getByRole('button', { name: button }).click();
      if (then) await window.getByRole('button', { name: then }).click();
      expect((await answerOf(page)).answer).toMatchObject({
        transactionType: 'ISSUE_BILLING_KEY',
        code: 'FAILURE_TYPE_PG',
      });
      expect((await client().payment.billingKey.getBillingKeyInfos({})).items).toEqual([]);
    });

    it('is issued on a phone by redirection', async () => {
      const page = await openShop(PHONE);
      await ask(page, 'requestIssueBillingKey', { ...request, redirectUrl: `${shop.url}/done` });
      await page.getByRole('button', { name: '등록하기' }).click();
      await page.waitForURL(`${shop.url}/done?**`);
      const { searchParams } = new URL(page.url());
      expect([...searchParams.keys()].sort()).toEqual(['billingKey', 'transactionType']);
    });
  });

  describe('a billing key with its first payment', () => {
    const request = order('order-1', { payMethod: undefined, billingKeyAndPayMethod: 'MOBILE' });

    it('is issued and paid', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIssueBillingKeyAndPay', request);
      await window.getByRole('button', { name: '12,000원 결제하고 등록하기' }).waitFor();
      await window.getByLabel('휴대폰 번호').fill('010-9999-8888');
      await takePicture(page, 'window-issue-and-pay-1280');
      await window.getByRole('button', { name: '12,000원 결제하고 등록하기' }).click();
      const { answer } = await answerOf(page);
      const payment = (await client().payment.getPayment({ paymentId: 'order-1' })) as { transactionId: string };
      expect(payment).toMatchObject({
        status: 'PAID',
        amount: { paid: 12_000 },
        customer: { phoneNumber: '010-9999-8888' },
      });
      expect(answer).toEqual({
        transactionType: 'ISSUE_BILLING_KEY_AND_PAY',
        billingKey: expect.stringMatching(/^billing-key/) as string,
        paymentId: 'order-1',
        txId: payment.transactionId,
      });
    });

    it('fails with a declined card', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIssueBillingKeyAndPay', request);
      await window.getByRole('radio', { name: /1112/ }).check();
      await window.getByRole('button', { name: '12,000원 결제하고 등록하기' }).click();
      await window.getByRole('button', { name: '확인' }).click();
      expect((await answerOf(page)).answer).toMatchObject({ paymentId: 'order-1', pgCode: 'CARD_DECLINED' });
      expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 502')]);
    });
  });

  describe('an identity', () => {
    const request = {
      storeId: 'store-sandbox',
      channelKey: 'channel-key-identity',
      identityVerificationId: 'identity-1',
      customer: { fullName: '성춘향', phoneNumber: '010-2222-3333' },
      windowType: { mobile: 'IFRAME' },
    };
    const read = () => client().identityVerification.getIdentityVerification({ identityVerificationId: 'identity-1' });

    it('is verified by the code of an SMS', async () => {
      const page = await openShop(PHONE);
      const window = await ask(page, 'requestIdentityVerification', request);
      await window.getByRole('button', { name: '인증 요청' }).waitFor();
      await takePicture(page, 'window-identity-375');
      await window.getByRole('button', { name: '인증 요청' }).click();
      await window.getByLabel('인증번호').fill('0');
      await window.getByRole('button', { name: '인증 확인' }).click();
      await window.getByRole('alert').waitFor();
      await takePicture(page, 'window-identity-code-375');
      const hint = (await window.getByText('테스트 인증번호').textContent()) ?? '';
      await window.getByLabel('인증번호').fill(/\d{6}/.exec(hint)?.[0] ?? 'no code is shown');
      await window.getByRole('button', { name: '인증 확인' }).click();
      expect(await answerOf(page)).toEqual({
        answer: {
          transactionType: 'IDENTITY_VERIFICATION',
          identityVerificationId: 'identity-1',
          identityVerificationTxId: expect.stringMatching(/./) as string,
        },
      });
      expect(await read()).toMatchObject({
        status: 'VERIFIED',
        verifiedCustomer: { name: '성춘향', phoneNumber: '01022223333' },
      });
      expect(await isTooWide(page)).toBe(false);
      expect(complaints.splice(0)).toEqual([expect.stringContaining('Failed to load resource')]);
    });

    it('is verified by the app', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIdentityVerification', request);
      await window.getByRole('radio', { name: /PASS/ }).check();
      await window.getByRole('button', { name: '인증 요청' }).click();
      await window.getByRole('button', { name: '앱에서 승인하기' }).click();
      expect((await answerOf(page)).answer).toMatchObject({ identityVerificationId: 'identity-1' });
      expect(await read()).toMatchObject({ status: 'VERIFIED' });
    });

    it('is not verified when a person leaves', async () => {
      const page = await openShop();
      const window = await ask(page, 'requestIdentityVerification', request);
      await window.getByRole('button', { name: '닫기' }).click();
      expect((await answerOf(page)).answer).toMatchObject({ code: 'FAILURE_TYPE_PG', pgCode: 'PAY_PROCESS_CANCELED' });
      expect(await read()).toMatchObject({ status: 'FAILED' });
    });
  });
});
