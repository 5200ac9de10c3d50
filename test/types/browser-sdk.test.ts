import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = process.cwd();
const file = join(root, 'lib/testing/pages/src/browser-sdk.js');
const source = readFileSync(file, 'utf8');
// It declares the global that the stand-in has to be.
const types = join(root, 'node_modules/@portone/browser-sdk/dist/v2/index.d.ts');

/** What the compiler says of the stand-in where its text is this. */
function problemsOf(text: string): string[] {
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (path) => (path === file ? text : read(path));
  const program = ts.createProgram([file, types], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n', 1)[0] ?? '');
}

describe('The stand-in for the browser SDK', () => {
  it('fits the types of @portone/browser-sdk', () => {
    expect(problemsOf(source)).toEqual([]);
  });

  it.each([
    ['a function that is missing', '    requestIdentityVerification: (request)', '    requestIdentity: (request)'],
    ['another answer', "<import('@portone/browser-sdk/v2').PaymentResponse>", '<{ paymentId: string }>'],
    [
      'a request that has to have more',
      "import('@portone/browser-sdk/v2').PaymentRequest} request",
      '{ more: 1 }} request',
    ],
  ])('would not fit with %s', (_, before, after) => {
    expect(source).toContain(before);
    expect(problemsOf(source.replace(before, after))).not.toEqual([]);
  });
});
