import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { describeWhere } from '../../support/describe-where.js';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const missing = existsSync(PATH) ? undefined : `no Chromium at ${PATH}, see CHROMIUM_PATH`;

/** For a suite that needs a browser. The gate goes on without where none can be installed. */
export const describeInChromium = describeWhere(missing, { required: process.env.WITHOUT_CHROMIUM === undefined });

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 375, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
};

/** A page of its own context; what it, its frames and its pop-ups complain of is collected, and has to stay empty. */
export async function openPage(browser: Browser, options: BrowserContextOptions, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ ...options, locale: 'ko-KR', timezoneId: 'Asia/Seoul' });
  context.setDefaultTimeout(10_000);
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().message}`));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  return context.newPage();
}

/** For people to look at, outside of the project. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = join(tmpdir(), 'nestjs-portone-screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Whether the page can be moved sideways: on a phone it must not. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { documentElement: root } = (
      globalThis as unknown as { document: { documentElement: Record<string, number> } }
    ).document;
    return (root.scrollWidth ?? 0) > (root.clientWidth ?? 0);
  });
}
