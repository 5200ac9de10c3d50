// Starts the sample shop with README.md's command and pastes README.md's curl walk, as a newcomer would.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const blocks = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text);
const start = blocks.find((text) => text.includes('npm start')).trim();
const walk = blocks.find((text) => text.includes('/_sandbox/buyer/pay'));
if (start !== 'npm ci && npm start') throw new Error(`README.md starts the shop with "${start}"`);

// The packages are installed already: the gate ran the other command, which begins alike.
const shop = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await new Promise((resolve, reject) => {
    shop.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
    shop.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      if (String(chunk).includes('The shop is open')) resolve();
    });
  });
  const output = execFileSync('bash', ['-e', '-c', walk], { encoding: 'utf8' });
  console.log(output);
  const statuses = [...output.matchAll(/"status":"(\w+)","refundedAmount":(\d+)/g)].map(
    ([, status, refunded]) => `${status} ${refunded}`,
  );
  const expected = ['PENDING 0', 'PAID 0', 'PAID 0', 'PARTIALLY_REFUNDED 89000', 'REFUNDED 178000', 'REFUNDED 178000'];
  if (statuses.join() !== expected.join())
    throw new Error(`the walk went ${statuses.join()}, expected ${expected.join()}`);
  console.log('README walk: all good');
} finally {
  shop.removeAllListeners('exit');
  process.kill(-shop.pid, 'SIGTERM');
}
