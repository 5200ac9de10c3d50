import type { ServerResponse } from 'node:http';
import { json, parseObject, send, settle } from '../http/answer.js';
import { Input } from '../http/input.js';
import type { Merchants } from '../http/merchants.js';
import type { ReceivedRequest } from '../http/received-request.js';
import { Refusal } from '../http/refusal.js';
import { ACTIONS, type Action, type ActionName } from '../people/actions.js';

/** What stands around PortOne, over HTTP: no part of its API, so without its authentication, and not in the ledger. */
export class Control {
  constructor(private readonly merchants: Merchants) {}

  takes(pathname: string): boolean {
    return pathname.startsWith('/_sandbox/');
  }

  async handle({ method, target, body }: ReceivedRequest, response: ServerResponse): Promise<void> {
    const answer = await settle(async () => {
      const name = target.slice('/_sandbox/'.length);
      if (method !== 'POST' || !Object.hasOwn(ACTIONS, name)) {
        throw new Refusal('SANDBOX_NOT_IMPLEMENTED', { message: `There is no control ${method} ${target}.` });
      }
      const action: Action = ACTIONS[name as ActionName];
      return json(200, await action(this.merchants.all[0].desks[0], new Input(parseObject(body))));
    });
    send(response, answer);
  }
}
