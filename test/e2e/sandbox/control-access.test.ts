import { jest } from '@jest/globals';
import { get } from 'node:http';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { Changes } from '../../../lib/testing/state/changes.js';

describe('Who reaches the controls and pages, and how', () => {
  let sandbox: PortOneSandbox;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ clock: 'manual' });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.stop());

  describe('events', () => {
    /** Reads the stream until the text is there. */
    async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
      let text = '';
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended before ${wanted}: ${text}`);
        text += new TextDecoder().decode(value);
      }
      return text;
    }

    async function listen(path: string, from = sandbox) {
      const gone = new AbortController();
      const response = await fetch(`${from.url}/_sandbox/${path}`, { signal: gone.signal });
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await readUntil(reader, ': connected\n\n');
      return { reader, leave: () => gone.abort() };
    }

    it('tell each change as it happens, of the stores that are asked for', async () => {
      const store = sandbox.addStore({ storeId: 'store-events' });
      const all = await listen('events');
      const one = await listen('events?storeId=store-events');
      await sandbox.buyer.pay('order-1');
      await store.buyer.pay('order-2');
      const text = await readUntil(all.reader, 'order-2');
      expect(text).toContain('event: change\ndata: {"storeId":"store-sandbox","kind":"payment","id":"order-1"}\n\n');
      expect(await readUntil(one.reader, 'order-2')).not.toContain('order-1');
      for (const { leave } of [all, one]) leave();
    });

    it('tell of stores that are opened later, unless one was asked for', async () => {
      const all = await listen('events');
      const one = await listen('events?storeId=store-sandbox');
      await sandbox.addStore({ storeId: 'store-later' }).buyer.pay('order-3');
      await sandbox.buyer.pay('order-4');
      expect(await readUntil(all.reader, 'order-4')).toContain('order-3');
      expect(await readUntil(one.reader, 'order-4')).not.toContain('order-3');
      for (const { leave } of [all, one]) leave();
    });

    it('hold nothing when the client goes away, and end with the sandbox', async () => {
      const { subscribe } = Changes.prototype;
      const ended: Promise<void>[] = [];
      const subscribing = jest.spyOn(Changes.prototype, 'subscribe').mockImplementation(function (
        this: Changes,
        listener,
      ) {
        const end = subscribe.call(this, listener);
        let tell = (): void => undefined;
        ended.push(new Promise((resolve) => (tell = resolve)));
        return () => {
          end();
          tell();
        };
      });
      const heartbeats = jest.spyOn(globalThis, 'setInterval');
      const ending = jest.spyOn(globalThis, 'clearInterval');
      const own = await PortOneSandbox.start();
      const left = await listen('events', own);
      const stays = await listen('events', own);
      expect(ended).toHaveLength(2);

      left.leave();
      await ended[0];
      await own.stop();
      await ended[1];
      await expect(stays.reader.read()).rejects.toThrow();
      const begun = heartbeats.mock.results.map(({ value }) => value);
      expect(begun).toHaveLength(2);
      expect(ending.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining(begun));
      for (const spy of [subscribing, heartbeats, ending]) spy.mockRestore();
    });
  });

  describe('strangers', () => {
    const pay = async (origin: string) => {
      const body = JSON.stringify({ paymentId: 'order-1' });
      const response = await fetch(`${sandbox.url}/_sandbox/buyer/pay`, { method: 'POST', headers: { origin }, body });
      return { status: response.status, body: await response.json() };
    };
    const raw = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${sandbox.url}/_sandbox/clock`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });

    it.each([
      ['localhost', 200],
      ['localhost:1234', 200],
      ['shop.localhost:80', 200],
      ['[::1]:80', 200],
      ['127.0.0.1', 200],
      ['evil.example', 403],
      ['localhost.evil.example', 403],
      ['127.0.0.1.evil.example', 403],
    ])('are known by the Host header %s: %d', async (host, status) => {
      expect(await raw({ host })).toBe(status);
    });

    it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
      'from a page of %s change nothing',
      async (origin) => {
        expect(await pay(origin)).toEqual({
          status: 403,
          body: { type: 'FORBIDDEN', message: expect.stringContaining('Origin') as string },
        });
        expect(sandbox.ledger.executions).toEqual([]);
      },
    );

    it('are not the sandbox’s own pages', async () => {
      expect(await pay(sandbox.url)).toMatchObject({ status: 200, body: { status: 'PAID' } });
    });
  });

  describe('the pages', () => {
    it.each([
      ['/_sandbox', 'text/html', "frame-ancestors 'none'"],
      ['/_sandbox/docs', 'text/html', "frame-ancestors 'none'"],
      ['/_sandbox/window', 'text/html', "script-src 'self'"],
      ['/_sandbox/assets/window.js', 'text/javascript', "default-src 'none'"],
      ['/_sandbox/assets/base.css', 'text/css', "default-src 'none'"],
    ])('%s is served under a strict policy', async (path, type, policy) => {
      const { status, headers } = await fetch(sandbox.url + path);
      expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
        200,
        `${type}; charset=utf-8`,
        'nosniff',
      ]);
      expect(headers.get('content-security-policy')).toContain(policy);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
    });

    it('the window can be framed by a shop, whose page may load the browser SDK from another origin', async () => {
      const { headers } = await fetch(`${sandbox.url}/_sandbox/window`);
      expect(headers.get('content-security-policy')).not.toContain('frame-ancestors');
      const sdk = await fetch(`${sandbox.url}/v2/browser-sdk.js`);
      expect(sdk.headers.get('access-control-allow-origin')).toBe('*');
    });

    it.each(['/_sandbox/assets/none.js', '/_sandbox/assets/toString', '/_sandbox/assets/../pages.ts'])(
      'there is no %s',
      async (path) => {
        expect((await fetch(sandbox.url + path)).status).toBe(404);
      },
    );
  });
});
