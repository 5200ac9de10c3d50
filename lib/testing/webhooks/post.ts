import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** How a POST ended. */
export type Outcome =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | {
      readonly error: string;
      /** Because the sandbox was stopped or reset: nothing is to follow. */
      readonly aborted?: true;
    };

/** More of an answer is read, and forgotten. */
const KEPT_CHARACTERS = 65_536;

/** A POST under way: it ends with the whole answer, with a connection that failed, or when it is told to. */
export class Post {
  readonly outcome: Promise<Outcome>;
  /** Ends it now. Harmless once it has ended. */
  readonly end: (outcome: Outcome) => void;

  constructor(url: string, { headers, body }: { headers: Record<string, string>; body: string }) {
    let settle: (outcome: Outcome) => void = () => {};
    this.outcome = new Promise((resolve) => (settle = resolve));
    const open = url.startsWith('https:') ? httpsRequest : httpRequest;
    let request: ClientRequest | undefined;
    this.end = (outcome) => {
      settle(outcome);
      request?.destroy();
    };
    const fail = (error: NodeJS.ErrnoException) => this.end({ error: error.code ?? error.message });
    try {
      // No agent: a connection kept alive would outlive stop().
      request = open(url, { method: 'POST', agent: false, headers });
    } catch (error) {
      // A URL that Node takes and its HTTP client does not: one with a user name that is not percent-encoded.
      fail(error as Error);
      return;
    }
    request.on('error', fail);
    request.on('response', (response) => {
      response.on('error', fail);
      this.#read(response);
    });
    request.end(body);
  }

  #read(response: IncomingMessage): void {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      if (body.length < KEPT_CHARACTERS) body += text;
    });
    response.on('end', () => {
      const { statusCode: status = 0, headers } = response;
      this.end({ status, contentType: headers['content-type'] ?? '', body: body.slice(0, KEPT_CHARACTERS) });
    });
  }
}
