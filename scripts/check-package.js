// Checks the packed tarball as its users meet it: publint, attw, its declarations, and real applications in fresh folders.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = new URL('..', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'nestjs-portone-'));

// Nest is pinned to the ends of what the package promises. `module` and `resolution` as such projects have them.
const APPS = [
  { name: 'nest-12-esm', type: 'module', nest: '12', compilers: [{ module: 'nodenext' }, { module: 'node16' }] },
  {
    name: 'nest-11-cjs',
    type: 'commonjs',
    nest: '11',
    compilers: [{ module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, { module: 'nodenext' }],
    typesOnly: [{ module: 'node16' }],
  },
  {
    name: 'nest-11.1.4-cjs',
    type: 'commonjs',
    nest: '11.1.4',
    compilers: [{ module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }],
  },
];

// Every Node that is promised, the oldest release of each line that matters; each is a package of the registry.
const NODES = ['20.19.0', '22', '24'];

try {
  step('lock file');
  checkLock();
  step('build and pack');
  npm(root, 'run', 'build');
  npm(root, 'pack', '--ignore-scripts', '--pack-destination', work);
  const tarball = join(
    work,
    readdirSync(work).find((file) => file.endsWith('.tgz')),
  );

  step('publint');
  run(root, 'node_modules/.bin/publint', '--strict');
  step('attw');
  run(root, 'node_modules/.bin/attw', tarball, '--format', 'ascii');
  step('declarations and names');
  checkDeclarations();
  await checkNames();
  step(`install Node ${NODES.join(', ')}`);
  const nodes = NODES.map(installNode);
  for (const app of APPS) {
    checkApp(app, tarball, nodes);
    await checkCommand(app.name, nodes);
    checkStores(app, nodes);
  }
  console.log('package checks: all good');
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A lock made on one platform may lack the binaries of the others; `npm ci` refuses it, here or on a Mac. */
function checkLock() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    const missing = Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    );
    if (missing.length > 0)
      throw new Error(`package-lock.json lacks ${missing.join(', ')}, which ${path} needs on other platforms`);
  }
}

/** The SDK's sub-paths do not compile in CommonJS projects, and a lost comment is a lost manual. */
function checkDeclarations() {
  for (const format of ['esm', 'cjs']) {
    const files = readdirSync(join(root, 'dist', format), { recursive: true }).filter((file) => file.endsWith('.d.ts'));
    for (const file of files) {
      const text = readFileSync(join(root, 'dist', format, file), 'utf8');
      if (/from '@portone\/server-sdk\/|import\("@portone\/server-sdk\//.test(text))
        throw new Error(`${file} names a sub-path of the SDK`);
    }
    const options = readFileSync(join(root, 'dist', format, 'portone.options.d.ts'), 'utf8');
    if (!options.includes('@default 25000')) throw new Error(`dist/${format}: the declarations have lost their TSDoc`);
  }
}

/** Tokens and messages are made of class names, which a bundler may change. */
async function checkNames() {
  for (const format of ['esm', 'cjs']) {
    const face = await import(join(root, 'dist', format, 'index.js'));
    const renamed = Object.entries(face).filter(([key, value]) => /^class/.test(String(value)) && value.name !== key);
    if (renamed.length > 0)
      throw new Error(`dist/${format}: renamed classes ${renamed.map(([key]) => key).join(', ')}`);
  }
}

function checkApp({ name, type, nest, compilers, typesOnly = [] }, tarball, nodes) {
  const folder = join(work, name);
  mkdirSync(folder);
  copyFileSync(join(root, 'test/compat/app.ts'), join(folder, 'app.ts'));
  writeFileSync(
    join(folder, 'types.ts'),
    "import type { PaymentService } from 'nestjs-portone';\nexport type Paid = Awaited<ReturnType<PaymentService['verifyPayment']>>;\n",
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true, type }));
  step(`${name}: install Nest ${nest} and the tarball`);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pinned = [
    'typescript',
    '@types/node',
    '@portone/server-sdk',
    'reflect-metadata',
    'rxjs',
    'class-validator',
    'class-transformer',
  ];
  const nestPackages = ['common', 'core', 'platform-express'].map((one) => `@nestjs/${one}@${nest}`);
  npm(
    folder,
    'install',
    '--no-audit',
    '--no-fund',
    tarball,
    ...nestPackages,
    `@nestjs/config@${nest.startsWith('11') ? '4' : '12'}`,
    ...pinned.map((one) => `${one}@${devDependencies[one]}`),
  );
  for (const compiler of compilers) {
    step(`${name}: compile with ${JSON.stringify(compiler)}, skipLibCheck off, and run`);
    compile(folder, compiler, ['app.ts', 'types.ts']);
    for (const node of nodes) run(folder, node, 'out/app.js');
  }
  for (const compiler of typesOnly) {
    step(`${name}: compile types with ${JSON.stringify(compiler)}, skipLibCheck off`);
    compile(folder, compiler, ['types.ts']);
  }
}

/** The sub-paths with packages of their own, at the ends of what is promised of those. Redis and PostgreSQL are there. */
function checkStores({ name, compilers, nest }, nodes) {
  const folder = join(work, name);
  const [major] = nest.split('.');
  const packages =
    major === '11'
      ? ['@nestjs/bullmq@11', 'bullmq@5.66.0', 'ioredis@5.4.0', 'pg@8.11.0', '@nestjs/terminus@11']
      : ['@nestjs/bullmq@12', 'bullmq@6', 'ioredis@6', 'pg@8', '@nestjs/terminus@12'];
  step(`${name}: install ${packages.join(', ')}`);
  npm(folder, 'install', '--no-audit', '--no-fund', ...packages, '@opentelemetry/api@1', '@types/pg@8');
  copyFileSync(join(root, 'test/compat/stores.ts'), join(folder, 'stores.ts'));
  const [compiler] = compilers;
  step(`${name}: compile with ${JSON.stringify(compiler)} and run`);
  // Those packages' own declarations are not for us to check.
  compile(folder, { ...compiler, skipLibCheck: true }, ['stores.ts']);
  for (const node of nodes) run(folder, node, 'out/stores.js');
}

/** `npx nestjs-portone sandbox`, until Ctrl-C. */
async function checkCommand(app, nodes) {
  step(`${app}: the command`);
  for (const node of nodes) {
    const args = ['node_modules/.bin/nestjs-portone', 'sandbox', '--port', '0', '--json'];
    const command = spawn(node, args, { cwd: join(work, app), stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(command, 'exit');
    const [line] = await once(createInterface(command.stdout), 'line');
    const { PORTONE_BASE_URL: url } = JSON.parse(line).variables;
    const dashboard = await fetch(`${url}/_sandbox`);
    command.kill('SIGINT');
    const [code] = await exit;
    if (dashboard.status !== 200 || code !== 0) throw new Error(`dashboard ${dashboard.status}, exit code ${code}`);
  }
}

function compile(folder, compiler, files) {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom'],
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    esModuleInterop: true,
    rootDir: '.',
    outDir: 'out',
    ...compiler,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  run(folder, process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
}

function installNode(version) {
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const name = `node-${process.platform}-${process.arch}`;
  npm(folder, 'install', '--no-audit', '--no-fund', `${name}@${version}`);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

function npm(cwd, ...args) {
  run(cwd, 'npm', ...args, '--loglevel=error');
}

function run(cwd, command, ...args) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

function step(name) {
  console.log(`== ${name}`);
}
