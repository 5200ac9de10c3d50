import { PortOneSandbox } from 'nestjs-portone/testing';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { Receiver, SECRET } from '../../e2e/sandbox/receiver.js';
import { CLIENTS } from './clients.js';
import { everyOperation } from './every-operation.js';

const STATEFUL = OPERATIONS.map(({ name }) => name).filter((name) =>
  /^(auth|payment|identityVerification|pgSpecific)\./.test(name),
);

describe.each(CLIENTS)('%s', (_name, makeClient) => {
  it('drives every operation of the sandbox', async () => {
    const receiver = new Receiver();
    await receiver.listen();
    const sandbox = await PortOneSandbox.start({
      clock: new Date('2026-03-01T00:00:00Z'),
      webhook: { url: receiver.url, secret: SECRET },
    });
    const { client, close } = makeClient(sandbox);
    try {
      await everyOperation(sandbox, client);
      await sandbox.settled();
      const succeeded = sandbox.ledger.requests.filter(({ status }) => status === 200);
      expect(new Set(succeeded.map(({ operation }) => operation))).toEqual(new Set(STATEFUL));
      expect(sandbox.ledger.requests).toHaveLength(succeeded.length);
      expect(receiver.failures).toEqual([]);
    } finally {
      await close?.();
      await sandbox.stop();
      await receiver.close();
    }
  });
});
