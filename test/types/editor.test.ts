import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

// What an application writes; a comment stands before each word that the editor is asked about.
const SOURCE = `
import { PaymentService, type PortOneClient } from 'nestjs-portone';
declare const client: PortOneClient;
void client.payment./*operation*/cancelPayment({
  paymentId: 'p',
  reason: 'r',
  /*option*/currentCancellableAmount: 1,
}, { /*call option*/idempotencyKey: 'order-1-cancel-1' });
void PaymentService.prototype./*method*/getPayment;
void PaymentService.prototype./*own*/verifyPayment;
`;

const root = process.cwd();
const file = join(root, 'test/types/editor.virtual.ts');

describe('an editor shows the documentation', () => {
  let service: ts.LanguageService;

  beforeAll(() => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const read = (path: string): string | undefined => (path === file ? SOURCE : ts.sys.readFile(path));
    service = ts.createLanguageService({
      getCompilationSettings: () => ({ ...options, types: ['node'] }),
      getScriptFileNames: () => [file],
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      fileExists: (path) => path === file || ts.sys.fileExists(path),
      readFile: read,
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
  }, 60_000);
  afterAll(() => service.dispose());

  function shownAt(marker: string): string {
    const position = SOURCE.indexOf(`/*${marker}*/`) + marker.length + 4;
    const info = service.getQuickInfoAtPosition(file, position);
    return ts.displayPartsToString(info?.documentation ?? []);
  }

  it('the example compiles', () => {
    expect(service.getSemanticDiagnostics(file).map(({ messageText }) => messageText)).toEqual([]);
  }, 60_000);

  it.each(['operation', 'option', 'method'])('of the SDK, in its own words: %s', (marker) => {
    expect(shownAt(marker)).toMatch(/[가-힣]/);
  });

  it('word for word', () => {
    const sdk = readFileSync(join(root, 'node_modules/@portone/server-sdk/dist/generated/payment/client.d.ts'), 'utf8');
    for (const marker of ['operation', 'option', 'method']) {
      const firstLine = shownAt(marker).split('\n')[0]!.trim();
      expect(firstLine.length).toBeGreaterThan(3);
      expect(sdk).toContain(firstLine);
    }
  });

  it('of what is added', () => {
    expect(shownAt('call option')).toMatch(/^Names the business operation behind this call/);
    expect(shownAt('own')).toMatch(/compares it with the application's own order/);
  });
});
