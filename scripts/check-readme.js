// Starts the sample shop with README.md's command and pastes the curl walks of README.md and sample-app/README.md, as a
// newcomer would.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const blocksOf = (page, language) =>
  [...readFileSync(root + page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text,
  );

const blocks = blocksOf('README.md', 'sh');
const start = blocks.find((text) => text.includes('npm start')).trim();
const walk = blocks.find((text) => text.includes('/_sandbox/buyer/pay'));
if (start !== 'npm ci && npm start') throw new Error(`README.md starts the shop with "${start}"`);

// The packages are installed already: the gate ran the other command, which begins alike.
await withShop('npm', ['start'], {}, () => {
  takeFirstWalk();
  takeOtherWalks('sample-app/README.md');
});
// What `npm start` has built, with its webhooks on other ways to the same handlers; Redis is there in the gate.
for (const DELIVERY of ['redis', 'queue', 'memory']) {
  console.log(`With DELIVERY=${DELIVERY}:`);
  await withShop(process.execPath, ['dist-sample/main.js'], { DELIVERY }, takeFirstWalk);
}

async function withShop(command, args, variables, take) {
  const env = { ...process.env, ...variables };
  const shop = spawn(command, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => shop.once('exit', resolve));
  try {
    await new Promise((resolve, reject) => {
      void ended.then((code) => reject(new Error(`${command} ${args.join(' ')} ended with ${code}`)));
      shop.stdout.on('data', (chunk) => {
        process.stdout.write(chunk);
        if (String(chunk).includes('The shop is open')) resolve();
      });
    });
    take();
  } finally {
    if (shop.exitCode === null) process.kill(-shop.pid, 'SIGTERM');
    await ended;
  }
}

function takeFirstWalk() {
  const statuses = [...paste(walk).matchAll(/"status":"(\w+)","refundedAmount":(\d+)/g)].map(
    ([, status, refunded]) => `${status} ${refunded}`,
  );
  const expected = ['PENDING 0', 'PAID 0', 'PAID 0', 'PARTIALLY_REFUNDED 89000', 'REFUNDED 178000', 'REFUNDED 178000'];
  if (statuses.join() !== expected.join())
    throw new Error(`the walk went ${statuses.join()}, expected ${expected.join()}`);
  console.log('README walk: all good');
}

/** Pasted into one terminal, one after another, they print what the page says; `…` stands for anything in a text. */
function takeOtherWalks(page) {
  const printed = paste(blocksOf(page, 'bash').join('')).split('\n');
  const expected = blocksOf(page, 'text').join('').split('\n');
  for (const [index, line] of expected.entries()) {
    const pattern = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^"]+');
    if (!new RegExp(`^${pattern}$`).test(printed[index] ?? ''))
      throw new Error(`${page}: a walk printed\n${printed[index]}\nin place of\n${line}`);
  }
  if (printed.length !== expected.length) throw new Error(`${page}: the walks print more than the page shows`);
  console.log(`${page}: all good`);
}

function paste(commands) {
  const output = execFileSync('bash', ['-e', '-c', commands], { encoding: 'utf8' });
  console.log(output);
  return output;
}
