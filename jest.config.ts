/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Nest 12 is ESM only, so the tests are ESM too.
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^nestjs-portone$': '<rootDir>/lib/index.ts',
    '^nestjs-portone/(errors|testing|redis|postgres|bullmq|opentelemetry|terminus)$': '<rootDir>/lib/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/hold-answers-to-description.ts'],
  maxWorkers: 2,
  // Tests wait for events; the bound is for what hangs, also on a machine that is busy with something else.
  testTimeout: 60_000,
};

export default config;
