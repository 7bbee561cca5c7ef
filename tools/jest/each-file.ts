import type * as FastCheck from 'fast-check';

declare const testTimeoutMs: number;

// Jest ignores `testTimeout` in a project's configuration.
jest.setTimeout(testTimeoutMs);

// A property that fails prints its seed. Loaded only on request, because most test files have no properties.
const { TEST_SEED } = process.env;
if (TEST_SEED !== undefined)
  jest.requireActual<typeof FastCheck>('fast-check').configureGlobal({ seed: Number(TEST_SEED) });
