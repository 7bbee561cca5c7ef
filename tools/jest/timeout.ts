declare const testTimeoutMs: number;

// Jest ignores `testTimeout` in a project's configuration.
jest.setTimeout(testTimeoutMs);
