import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Page } from 'playwright-core';

const SDK = 'SDK_URL';
const PAGE = `<!doctype html>
  <html lang="ko">
    <head>
      <title>가게</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="icon" href="data:," />
      <script src="${SDK}"></script>
    </head>
    <body style="font: 16px sans-serif; margin: 40px">
      <h1>커피 가게</h1>
      <p>원두 1kg, 12,000원</p>
      <button id="pay">결제하기</button>
    </body>
  </html>`;

/** As a bundler would have it: the npm package, which loads the SDK from where it is told. */
const WITH_PACKAGE = PAGE.replace(
  `<script src="${SDK}"></script>`,
  `<script type="module">
    import * as PortOne from '/npm/v2.js';
    PortOne.__INTERNAL__setPortOneSdkUrl('${SDK}');
    globalThis.PortOnePackage = PortOne;
  </script>`,
);
const PACKAGE = new URL('v2.js', import.meta.resolve('@portone/browser-sdk/v2'));

type Method =
  'requestPayment' | 'requestIssueBillingKey' | 'requestIssueBillingKeyAndPay' | 'requestIdentityVerification';

interface ShopGlobals {
  PortOne: Record<string, (request: unknown) => Promise<unknown>>;
  asked: Promise<{ answer?: unknown; error?: unknown }>;
}

/** A shop's page, of another origin than the sandbox, that loads the browser SDK from there. */
export class Shop {
  #sdkUrl = '';
  readonly #server = createServer(({ url }, response) => {
    const isScript = url === '/npm/v2.js';
    response.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`);
    response.end(isScript ? readFileSync(PACKAGE) : (url === '/npm' ? WITH_PACKAGE : PAGE).replace(SDK, this.#sdkUrl));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(sandboxUrl: string): Promise<void> {
    this.#sdkUrl = `${sandboxUrl}/v2/browser-sdk.js`;
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/**
 * What a click in the shop's page sets off: it asks the SDK, and keeps what comes of it for {@link answerOf}.
 *
 * @returns the payment window, where it opens in the page
 */
export async function ask(page: Page, method: Method, request: object): Promise<FrameLocator> {
  await page.evaluate(
    ({ method, request }) => {
      const shop = globalThis as unknown as ShopGlobals;
      shop.asked = (shop.PortOne[method] as (request: unknown) => Promise<unknown>)(request).then(
        (answer) => ({ answer }),
        (error: Error) => ({ error: { ...error, message: error.message } }),
      );
    },
    { method, request },
  );
  return page.frameLocator('iframe[title="PortOne"]');
}

export function answerOf(page: Page): Promise<ShopGlobals['asked'] extends Promise<infer A> ? A : never> {
  return page.evaluate(() => (globalThis as unknown as ShopGlobals).asked);
}

export function order(paymentId: string, fields: object = {}): Record<string, unknown> {
  return {
    storeId: 'store-sandbox',
    channelKey: 'channel-key-card',
    paymentId,
    orderName: '에티오피아 예가체프 원두 1kg',
    totalAmount: 12_000,
    currency: 'KRW',
    payMethod: 'CARD',
    ...fields,
  };
}
