import type { ServerResponse } from 'node:http';
import { refuseStrangers } from '../control/guard.js';
import { send, settle } from '../http/answer.js';
import type { ReceivedRequest } from '../http/received-request.js';
import { Refusal } from '../http/refusal.js';
import { PAGE_FILES } from './pages.generated.js';

type FileName = keyof typeof PAGE_FILES;

const ASSETS = '/_sandbox/assets/';
const BROWSER_SDK = '/v2/browser-sdk.js';
const PAGES: Readonly<Record<string, FileName>> = {
  '/_sandbox': 'dashboard.html',
  '/_sandbox/': 'dashboard.html',
  '/_sandbox/docs': 'docs.html',
  '/_sandbox/window': 'window.html',
  [BROWSER_SDK]: 'browser-sdk.js',
};

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript' };

/** Nothing but the sandbox's own files: no inline script or style, and nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/** The dashboard, the payment window, the description of the controls, and the browser SDK's stand-in. */
export class Pages {
  takes(pathname: string): boolean {
    return Object.hasOwn(PAGES, pathname) || pathname.startsWith(ASSETS);
  }

  async handle(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const pathname = request.target.split('?', 1)[0] ?? '';
    const name = pathname.startsWith(ASSETS) ? pathname.slice(ASSETS.length) : PAGES[pathname];
    const answer = await settle(() => {
      refuseStrangers(request);
      if (name !== undefined && Object.hasOwn(PAGE_FILES, name) && request.method === 'GET') {
        return { status: 200, body: PAGE_FILES[name as FileName], headers: headersOf(name as FileName) };
      }
      throw new Refusal('SANDBOX_NOT_FOUND', { message: `There is no page ${request.method} ${pathname}.` });
    });
    send(response, answer);
  }
}

function headersOf(name: FileName): Record<string, string> {
  const common = {
    'content-type': `${TYPES[name.slice(name.lastIndexOf('.') + 1)]}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  // Shops' pages load it, with a `crossorigin` attribute too.
  if (name === 'browser-sdk.js') return { ...common, 'access-control-allow-origin': '*' };
  // They frame the window, and nothing else.
  const framed = name === 'window.html' ? '' : "; frame-ancestors 'none'";
  return { ...common, 'content-security-policy': POLICY + framed, 'referrer-policy': 'no-referrer' };
}
