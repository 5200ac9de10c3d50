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
const shop = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await new Promise((resolve, reject) => {
    shop.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
    shop.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      if (String(chunk).includes('The shop is open')) resolve();
    });
  });
  takeFirstWalk();
  takeOtherWalks('sample-app/README.md');
} finally {
  shop.removeAllListeners('exit');
  if (shop.exitCode === null) process.kill(-shop.pid, 'SIGTERM');
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
