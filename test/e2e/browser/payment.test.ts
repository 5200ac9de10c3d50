import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { DESKTOP, describeInChromium, launchChromium, openPage, PHONE, takePicture } from './chromium.js';
import { answerOf, ask, order, Shop } from './shop.js';

describeInChromium('The payment window', () => {
  const shop = new Shop();
  const complaints: string[] = [];
  let sandbox: PortOneSandbox;
  let browser: Browser;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ seed: 7, clock: new Date('2026-03-02T03:00:00Z') });
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

  async function openShop(options: BrowserContextOptions = DESKTOP): Promise<Page> {
    const page = await openPage(browser, options, complaints);
    await page.goto(shop.url);
    return page;
  }

  function payment(paymentId: string) {
    const client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    return client.payment.getPayment({ paymentId });
  }

  const pay = (window: FrameLocator) => window.getByRole('button', { name: '12,000원 결제하기' }).click();

  it('is paid by card', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('radio', { name: /5555/ }).check();
    expect(await payment('order-1')).toMatchObject({ status: 'READY' });
    await takePicture(page, 'window-card-1280');
    await pay(window);

    const { answer } = await answerOf(page);
    const paid = await payment('order-1');
    expect(paid).toMatchObject({
      status: 'PAID',
      amount: { total: 12_000, paid: 12_000 },
      method: { card: { number: expect.stringMatching(/^555555\*+4444$/) as string } },
    });
    const { transactionId: txId } = paid as { transactionId: string };
    expect(answer).toEqual({ transactionType: 'PAYMENT', paymentId: 'order-1', txId });
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('shows why a card is declined, and says it to the shop', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('radio', { name: /1112/ }).check();
    await pay(window);
    await window.getByRole('alert').filter({ hasText: '거절된 카드' }).waitFor();
    await takePicture(page, 'window-declined-1280');
    await window.getByRole('button', { name: '확인' }).click();

    const message = '한도초과 또는 거절된 카드입니다.';
    expect(await answerOf(page)).toEqual({
      answer: {
        transactionType: 'PAYMENT',
        paymentId: 'order-1',
        txId: expect.any(String) as string,
        code: 'FAILURE_TYPE_PG',
        message,
        pgCode: 'CARD_DECLINED',
        pgMessage: message,
      },
    });
    expect(await payment('order-1')).toMatchObject({ status: 'FAILED', failure: { pgCode: 'CARD_DECLINED' } });
  });

  it('takes another card number, and says where it is none', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('radio', { name: '다른 카드 번호 입력' }).check();
    await window.getByLabel('카드 번호', { exact: true }).fill('1234');
    await pay(window);
    await window.getByRole('alert').filter({ hasText: '카드 번호를 확인해 주세요.' }).waitFor();
    await window.getByLabel('카드 번호', { exact: true }).fill('3782 822463 10005');
    await pay(window);
    expect((await answerOf(page)).answer).toMatchObject({ paymentId: 'order-1' });
    expect(await payment('order-1')).toMatchObject({ status: 'PAID', method: { card: { brand: 'AMEX' } } });
    // The browser itself notes each answer that refuses.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 400')]);
  });

  it.each([
    ['its button', (window: FrameLocator) => window.getByRole('button', { name: '닫기' }).click()],
    ['the Escape key', (window: FrameLocator) => window.getByRole('dialog').press('Escape')],
  ])('is closed by %s', async (_, close) => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('radio', { name: /5555/ }).waitFor();
    await close(window);
    expect((await answerOf(page)).answer).toMatchObject({
      paymentId: 'order-1',
      txId: expect.stringMatching(/./) as string,
      code: 'FAILURE_TYPE_PG',
      pgCode: 'PAY_PROCESS_CANCELED',
    });
    expect(await payment('order-1')).toMatchObject({ status: 'FAILED' });
  });

  it('is left by its closing button once a person has read how it ended', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('button', { name: '결제 실패시키기' }).click();
    await window.getByRole('alert').waitFor();
    await window.getByRole('button', { name: '닫기' }).click();
    expect((await answerOf(page)).answer).toMatchObject({ pgCode: 'CARD_DECLINED' });
  });

  it('fails when a person wants it to', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('button', { name: '결제 실패시키기' }).click();
    await window.getByRole('button', { name: '확인' }).click();
    expect((await answerOf(page)).answer).toMatchObject({ code: 'FAILURE_TYPE_PG', paymentId: 'order-1' });
    expect(await payment('order-1')).toMatchObject({ status: 'FAILED' });
  });

  it('gives a token where the shop’s server approves', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByText('테스트 옵션').click();
    await window.getByRole('checkbox', { name: /수동 승인/ }).check();
    await pay(window);
    const { answer } = await answerOf(page);
    const { paymentToken } = answer as { paymentToken: string };
    expect(answer).toMatchObject({ paymentId: 'order-1', paymentToken: expect.any(String) as string });
    expect(await payment('order-1')).toMatchObject({ status: 'READY' });
    const client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    await client.payment.confirmPayment({ paymentId: 'order-1', paymentToken, totalAmount: 12_000, currency: 'KRW' });
    expect(await payment('order-1')).toMatchObject({ status: 'PAID' });
  });

  it.each([
    ['간편결제', '네이버페이', { type: 'PaymentMethodEasyPay', provider: 'NAVERPAY' }],
    ['계좌이체', undefined, { type: 'PaymentMethodTransfer' }],
    ['휴대폰', undefined, { type: 'PaymentMethodMobile' }],
    ['상품권', undefined, { type: 'PaymentMethodGiftCertificate' }],
  ])('lets a person pick %s instead', async (method, choice, paidWith) => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('radio', { name: method }).check();
    if (choice) await window.getByRole('radio', { name: choice }).check();
    await pay(window);
    expect((await answerOf(page)).answer).toMatchObject({ paymentId: 'order-1' });
    expect(await payment('order-1')).toMatchObject({ status: 'PAID', method: paidWith });
  });

  it('rejects before it opens: a missing field, and what the sandbox refuses', async () => {
    await sandbox.buyer.pay('order-paid', { totalAmount: 12_000 });
    const page = await openShop();
    for (const [request, error] of [
      [
        order('order-1', { orderName: undefined }),
        { code: 'RequestParseFailed', message: '[PortOne sandbox] orderName is required.' },
      ],
      [order('a', { totalAmount: '1' }), { message: '[PortOne sandbox] totalAmount must be a number.' }],
      [order('a', { channelKey: '' }), { message: '[PortOne sandbox] channelKey or channelGroupId is required.' }],
      [
        order('a', { redirectUrl: 'javascript:1' }),
        { message: '[PortOne sandbox] redirectUrl must be an http(s) URL.' },
      ],
      [
        order('a', { windowType: { pc: 'REDIRECTION' } }),
        { message: expect.stringContaining('redirectUrl') as string },
      ],
      [order('order-paid'), { code: 'PaymentAlreadyPaid', paymentId: 'order-paid' }],
      [order('a', { storeId: 'store-other' }), { code: 'StoreNotFound' }],
    ] as const) {
      await ask(page, 'requestPayment', request);
      const outcome = await answerOf(page);
      expect(outcome).toMatchObject({
        error: { __portOneErrorType: 'PaymentError', transactionType: 'PAYMENT', ...error },
      });
      expect(await page.locator('iframe').count()).toBe(0);
    }
    expect(complaints.splice(0)).toEqual(Array(2).fill(expect.stringMatching(/status of (404|409)/)));
  });

  it('shows hostile names as text', async () => {
    const page = await openShop();
    const hostile = `<img src=x onerror="alert(1)">`;
    const window = await ask(page, 'requestPayment', order(`id-${hostile}`, { orderName: hostile }));
    await window.getByText(hostile, { exact: true }).waitFor();
    await window.getByText(`id-${hostile}`).waitFor();
    expect(await window.locator('img').count()).toBe(0);
    await pay(window);
    expect((await answerOf(page)).answer).toMatchObject({ paymentId: `id-${hostile}` });
  });

  it('says what it is when it is opened by itself', async () => {
    const page = await openPage(browser, PHONE, complaints);
    await page.goto(`${sandbox.url}/_sandbox/window`);
    await page.getByText('PortOne.requestPayment').waitFor();
  });
});
