import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { DESKTOP, describeInChromium, isTooWide, launchChromium, openPage, PHONE, takePicture } from './chromium.js';
import { answerOf, ask, order, Shop } from './shop.js';

describeInChromium('The ways into the payment window', () => {
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

  it('takes the place of the page on a phone, and goes on to the redirect URL', async () => {
    const page = await openShop(PHONE);
    const redirectUrl = `${shop.url}/done?cart=7`;
    await ask(page, 'requestPayment', order('order-1', { redirectUrl }));
    await page.getByRole('radio', { name: /4111 1111 1111 1111/ }).check();
    await takePicture(page, 'window-card-375');
    expect(await isTooWide(page)).toBe(false);
    await page.getByRole('button', { name: '12,000원 결제하기' }).click();
    await page.waitForURL(`${redirectUrl}**`);
    const { transactionId: txId } = (await payment('order-1')) as { transactionId: string };
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      cart: '7',
      transactionType: 'PAYMENT',
      paymentId: 'order-1',
      txId,
    });
  });

  it('redirects with the failure too', async () => {
    const page = await openShop(PHONE);
    const redirectUrl = `${shop.url}/done`;
    await ask(page, 'requestPayment', order('order-1', { redirectUrl }));
    await page.getByRole('button', { name: '닫기' }).click();
    await page.waitForURL(`${redirectUrl}**`);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
      paymentId: 'order-1',
      code: 'FAILURE_TYPE_PG',
      message: '사용자가 결제를 취소하였습니다.',
      pgCode: 'PAY_PROCESS_CANCELED',
    });
  });

  it('redirects on a computer where that is forced', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1', { redirectUrl: '/done', forceRedirect: true }));
    await pay(window);
    await page.waitForURL(`${shop.url}/done?**`);
    expect(new URL(page.url()).searchParams.get('paymentId')).toBe('order-1');
  });

  it('opens as a pop-up', async () => {
    const page = await openShop();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      ask(page, 'requestPayment', order('order-1', { windowType: { pc: 'POPUP' } })),
    ]);
    await popup.getByRole('button', { name: '12,000원 결제하기' }).click();
    expect((await answerOf(page)).answer).toMatchObject({ paymentId: 'order-1' });
    expect(popup.isClosed()).toBe(true);
  });

  it('is told when a person closes the pop-up itself', async () => {
    const page = await openShop();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      ask(page, 'requestPayment', order('order-1', { windowType: { pc: 'POPUP' } })),
    ]);
    await popup.getByRole('button', { name: '12,000원 결제하기' }).waitFor();
    await popup.close({ runBeforeUnload: true });
    expect((await answerOf(page)).answer).toMatchObject({ paymentId: 'order-1', pgCode: 'PAY_PROCESS_CANCELED' });
  });

  it('serves the npm package, which knows its errors', async () => {
    const page = await openPage(browser, DESKTOP, complaints);
    await page.goto(`${shop.url}/npm`);
    await page.waitForFunction('globalThis.PortOnePackage');
    const request = JSON.stringify(order('order-1'));
    await page.evaluate(
      `globalThis.asked = PortOnePackage.requestPayment(${request}).then((answer) => ({ answer })), undefined`,
    );
    await pay(page.frameLocator('iframe[title="PortOne"]'));
    expect((await answerOf(page)).answer).toMatchObject({ transactionType: 'PAYMENT', paymentId: 'order-1' });
    expect(
      await page.evaluate('PortOnePackage.requestPayment({}).catch((error) => PortOnePackage.isPaymentError(error))'),
    ).toBe(true);
  });

  it('listens to the sandbox’s own window alone', async () => {
    const page = await openShop();
    const window = await ask(page, 'requestPayment', order('order-1'));
    await window.getByRole('button', { name: '12,000원 결제하기' }).waitFor();
    const forged = `postMessage({ portone: 'answer', answer: { forged: true }, started: true }, '*')`;
    const outcome = () =>
      page.evaluate(`
        new Promise((resolve) => addEventListener('message', resolve, { once: true })).then(() =>
          Promise.race([asked, new Promise((resolve) => setTimeout(() => resolve('ignored')))]))`);
    const point = (frame: string, url: string) => page.evaluate(`${frame}.src = ${JSON.stringify(url)}`);
    // A page of the right origin, yet another window.
    await point(`document.body.appendChild(document.createElement('iframe'))`, `${sandbox.url}/_sandbox/window`);
    const other = page.frames()[2];
    await other?.waitForURL(`${sandbox.url}/_sandbox/window`);
    const [fromOther] = await Promise.all([outcome(), other?.evaluate(`parent.${forged}`)]);
    expect(fromOther).toBe('ignored');
    // The right window, yet a page of another origin in it.
    await point(`document.querySelector('iframe')`, shop.url);
    const frame = page.frames()[1];
    await frame?.waitForURL(`${shop.url}/`);
    const [fromAnother] = await Promise.all([outcome(), frame?.evaluate(`parent.${forged}`)]);
    expect(fromAnother).toBe('ignored');
  });
});
