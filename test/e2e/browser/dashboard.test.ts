import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { Receiver, SECRET } from '../sandbox/receiver.js';
import { DESKTOP, describeInChromium, isTooWide, launchChromium, openPage, PHONE, takePicture } from './chromium.js';
import { answerOf, ask, order, Shop } from './shop.js';

describeInChromium('The dashboard', () => {
  const shop = new Shop();
  const receiver = new Receiver();
  const complaints: string[] = [];
  let sandbox: PortOneSandbox;
  let browser: Browser;

  beforeAll(async () => {
    await receiver.listen();
    sandbox = await PortOneSandbox.start({
      seed: 7,
      clock: new Date('2026-03-02T03:00:00Z'),
      webhook: { url: receiver.url, secret: SECRET },
    });
    await shop.listen(sandbox.url);
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    receiver.answer = (_, response) => response.writeHead(200).end();
    await sandbox.settled();
    sandbox.reset();
    expect(complaints.splice(0)).toEqual([]);
    expect(receiver.failures).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop.close();
    await sandbox?.stop();
    await receiver.close();
  });

  async function openDashboard(options: BrowserContextOptions = DESKTOP): Promise<Page> {
    const page = await openPage(browser, options, complaints);
    await page.goto(`${sandbox.url}/_sandbox`);
    await page.getByText('Live', { exact: true }).waitFor();
    return page;
  }

  const rowOf = (page: Page, text: string): Locator => page.locator('article').filter({ hasText: text });
  const status = (row: Locator, text: string) => row.getByText(text, { exact: true }).first().waitFor();
  const click = (row: Locator, name: string) => row.getByRole('button', { name, exact: true }).click();
  const client = () => PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });

  it('shows payments and deliveries as they happen', async () => {
    const page = await openDashboard();
    await page.getByText('No payments yet').waitFor();
    await sandbox.buyer.pay('order-1', { totalAmount: 5_000, orderName: 'Beans' });
    await status(rowOf(page, 'Beans'), 'PAID');
    const delivery = rowOf(page, 'Transaction.Paid');
    await status(delivery, '200');
    expect(await delivery.textContent()).toContain('order-1');
  });

  it('pays, declines, fails and closes what is open in a window, and lets it succeed late', async () => {
    const page = await openDashboard();
    for (const [button, end] of [
      ['Pay', 'PAID'],
      ['Decline', 'FAILED'],
      ['Fail', 'FAILED'],
      ['Close', 'FAILED'],
    ] as const) {
      await sandbox.buyer.open(`order-${button}`, { orderName: `To ${button}` });
      const row = rowOf(page, `To ${button}`);
      await status(row, 'READY');
      await click(row, button);
      await status(row, end);
    }
    await click(rowOf(page, 'To Decline'), 'Succeed late');
    await status(rowOf(page, 'To Decline'), 'PAID');
  });

  it('deposits to a virtual account that a person opened in the shop', async () => {
    const page = await openDashboard();
    const shopPage = await openPage(browser, DESKTOP, complaints);
    await shopPage.goto(shop.url);
    const window = await ask(shopPage, 'requestPayment', order('order-1', { payMethod: 'VIRTUAL_ACCOUNT' }));
    await window.getByRole('combobox', { name: '입금 은행' }).selectOption('KB국민은행');
    await window.getByRole('button', { name: '12,000원 결제하기' }).click();
    await window.getByText('계좌번호').waitFor();
    const { method } = (await client().payment.getPayment({ paymentId: 'order-1' })) as {
      method: { accountNumber: string };
    };
    await window.getByText(method.accountNumber).waitFor();
    await window.getByText('KB국민은행').waitFor();
    await takePicture(shopPage, 'window-virtual-account-1280');
    await window.getByRole('button', { name: '확인' }).click();
    expect((await answerOf(shopPage)).answer).toMatchObject({ transactionType: 'PAYMENT', paymentId: 'order-1' });

    const row = rowOf(page, '예가체프');
    await status(row, 'AWAITS DEPOSIT');
    await click(row, 'Deposit');
    await status(row, 'PAID');
    await status(rowOf(page, 'Transaction.Paid'), '200');
  });

  it('cancels in part, and settles a cancel that is requested', async () => {
    const page = await openDashboard();
    await sandbox.buyer.pay('order-1', { totalAmount: 5_000, orderName: 'Beans' });
    const row = rowOf(page, 'Beans');
    await click(row, 'Cancel');
    await page.getByLabel('Amount (empty: all that is left)').fill('2000');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await status(row, 'PART CANCELLED');
    await row.getByText('₩2,000 cancelled').waitFor();

    sandbox.faults.add({ fault: 'cancel-requested', after: { days: 1 } });
    await client().payment.cancelPayment({ paymentId: 'order-1', reason: 'r' });
    await click(row, 'Settle cancel');
    await status(row, 'CANCELLED');
    await row.getByText('2 cancellations').click();
    expect(await row.locator('li').allTextContents()).toHaveLength(3);
  });

  it('re-sends a webhook', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    const page = await openDashboard();
    await sandbox.buyer.pay('order-1', {});
    const failed = rowOf(page, 'Transaction.Paid');
    await status(failed, '500');
    receiver.answer = (_, response) => response.writeHead(204).end();
    await click(failed, 'Re-send');
    await status(rowOf(page, 'Transaction.Paid'), '204');
    expect(receiver.types.filter((type) => type === 'Transaction.Paid').length).toBeGreaterThan(1);
  });

  it('advances a manual clock, which pays what is scheduled', async () => {
    const page = await openDashboard();
    const key = await sandbox.buyer.issueBillingKey({});
    await client().payment.paymentSchedule.createPaymentSchedule({
      paymentId: 'order-month-1',
      timeToPay: '2026-03-02T05:00:00Z',
      payment: {
        billingKey: key.billingKey,
        orderName: 'Monthly beans',
        amount: { total: 9_000 },
        currency: 'KRW',
      },
    });
    await status(page.locator('#schedules article'), 'SCHEDULED');
    const before = await page.locator('#now').textContent();
    await page.getByLabel('Advance by').fill('3');
    await page.getByRole('button', { name: 'Advance' }).click();
    await status(page.locator('#payments article').filter({ hasText: 'Monthly beans' }), 'PAID');
    await status(page.locator('#schedules article'), 'SUCCEEDED');
    await status(page.locator('#billing-keys article'), 'ISSUED');
    expect(await page.locator('#now').textContent()).not.toBe(before);
  });

  it('makes a payment, keeps the focus while rows change, and resets', async () => {
    const page = await openDashboard();
    await page.getByRole('button', { name: 'New payment' }).click();
    await page.getByLabel('Order name').fill('By hand');
    await page.getByLabel('Paid with').selectOption('Virtual account');
    await page.getByRole('dialog').getByRole('button', { name: 'Pay' }).click();
    const row = rowOf(page, 'By hand');
    await status(row, 'AWAITS DEPOSIT');
    await row.getByRole('button', { name: 'Deposit' }).focus();
    await sandbox.buyer.pay('order-2', { orderName: 'Another' });
    await status(rowOf(page, 'Another'), 'PAID');
    expect(await row.locator('button:focus').textContent()).toBe('Deposit');

    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('No payments yet').waitFor();
  });

  it('says why something was refused', async () => {
    const page = await openDashboard();
    await sandbox.buyer.pay('order-1', { orderName: 'Beans' });
    await click(rowOf(page, 'Beans'), 'Cancel');
    await page.getByLabel('Amount (empty: all that is left)').fill('999999');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await page.getByRole('alert').filter({ hasText: 'console/cancel' }).waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 409')]);
  });

  it('shows one store of several, and hostile names as text', async () => {
    const page = await openDashboard();
    const storeId = `store-<img src=x onerror=alert(1)>`;
    const store = sandbox.addStore({ storeId });
    await store.buyer.pay('<img src=x onerror=alert(2)>', { orderName: '<b onclick=alert(3)>bold</b>' });
    await sandbox.buyer.pay('order-1', { orderName: 'Of the first' });
    await status(rowOf(page, 'Of the first'), 'PAID');
    await page.getByLabel('Store').selectOption(storeId);
    await status(rowOf(page, '<b onclick=alert(3)>bold</b>'), 'PAID');
    expect(await rowOf(page, 'Of the first').count()).toBe(0);
    expect(await page.locator('img, b').count()).toBe(0);
  });

  it('says that the clock follows real time, and when the sandbox is gone', async () => {
    const real = await PortOneSandbox.start();
    const page = await openPage(browser, DESKTOP, complaints);
    await page.goto(`${real.url}/_sandbox`);
    await page.getByText('Clock follows real time').waitFor();
    expect(await page.getByRole('button', { name: 'Advance' }).isVisible()).toBe(false);
    const shown = await page.locator('#now').textContent();
    await page.waitForFunction((before) => {
      const { document } = globalThis as unknown as { document: { querySelector(s: string): { textContent: string } } };
      return document.querySelector('#now').textContent !== before;
    }, shown);
    await real.stop();
    await page.getByText('Not connected').waitFor();
    expect(complaints.splice(0)).toContainEqual(expect.stringContaining('ERR_'));
  });

  it.each([
    ['1280', DESKTOP],
    ['375', PHONE],
  ])('fits a width of %s px', async (width, options) => {
    await sandbox.buyer.open('order-2026-0307', { orderName: '에티오피아 예가체프 원두 1kg', totalAmount: 12_000 });
    await sandbox.buyer.pay('order-2026-0306', { orderName: '콜드브루 원액 500ml 2병', totalAmount: 24_500 });
    await sandbox.buyer.pay('order-2026-0305', { orderName: '핸드드립 세트', card: '4111 1111 1111 1112' });
    await sandbox.buyer.pay('order-2026-0304', { orderName: '월간 원두 구독', payMethod: 'VIRTUAL_ACCOUNT' });
    await sandbox.buyer.pay('order-2026-0303', { orderName: 'Gift card', totalAmount: 2_599, currency: 'USD' });
    await client().payment.cancelPayment({ paymentId: 'order-2026-0306', amount: 4_500, reason: '한 병 파손' });
    const { billingKey } = await sandbox.buyer.issueBillingKey({});
    await client().payment.paymentSchedule.createPaymentSchedule({
      paymentId: 'order-2026-0401',
      timeToPay: '2026-04-01T00:00:00Z',
      payment: { billingKey, orderName: '4월 원두 구독', amount: { total: 9_000 }, currency: 'KRW' },
    });
    await sandbox.buyer.requestIdentityVerification('identity-1', {});
    await sandbox.settled();
    const page = await openDashboard(options);
    await status(rowOf(page, 'Gift card'), 'PAID');
    await takePicture(page, `dashboard-${width}`);
    expect(await isTooWide(page)).toBe(false);
    await page.getByRole('button', { name: 'New payment' }).click();
    await takePicture(page, `dashboard-new-payment-${width}`);
    await page.keyboard.press('Escape');

    await page.goto(`${sandbox.url}/_sandbox/docs`);
    await page.getByText('/_sandbox/buyer/pay').click();
    await takePicture(page, `docs-${width}`);
    expect(await isTooWide(page)).toBe(false);
  });
});
