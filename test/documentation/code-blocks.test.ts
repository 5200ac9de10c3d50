import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

/** The code that a reader pastes: every `ts` block compiles, as strictly as the project itself. */
const FOLDER = process.cwd();
const PAGES = ['README.md', 'README.ko.md', ...readdirSync(join(FOLDER, 'docs')).map((file) => `docs/${file}`)].filter(
  (file) => file.endsWith('.md'),
);

function codeBlocks(): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const page of PAGES) {
    const text = readFileSync(join(FOLDER, page), 'utf8');
    for (const match of text.matchAll(/^```ts\n(.*?)^```/gms)) {
      const line = text.slice(0, match.index).split('\n').length;
      blocks.set(join(FOLDER, `${page.replaceAll(/[/.]/g, '-')}-line-${line}.ts`), match[1] ?? '');
    }
  }
  return blocks;
}

function problemsOf(blocks: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(FOLDER, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noUnusedParameters: false },
    FOLDER,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => blocks.has(path) || fileExists(path);
  host.readFile = (path) => blocks.get(path) ?? readFile(path);
  const program = ts.createProgram([...blocks.keys()], options, host);
  return [...blocks.keys()]
    .flatMap((path) => ts.getPreEmitDiagnostics(program, program.getSourceFile(path)))
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(FOLDER.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

it('every ts block of the README and the docs compiles', () => {
  const blocks = codeBlocks();
  expect(blocks.size).toBeGreaterThan(6);
  expect(problemsOf(blocks)).toEqual([]);
}, 60_000);

it('a block that does not would be found', () => {
  const wrong = new Map([
    [join(FOLDER, 'wrong.ts'), "import { Nothing } from 'nestjs-portone';\nexport const x: number = Nothing;"],
  ]);
  expect(problemsOf(wrong).join()).toContain('Nothing');
}, 60_000);
