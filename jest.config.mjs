const transform = {
  '^.+\\.[jt]sx?$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
};
// Libraries that come as ES modules only or import them dynamically, which jest cannot load as they are.
const transformIgnorePatterns = [
  '/node_modules/(?!(get-port|jose|node-pg-migrate|@seriousme/openapi-schema-validator|@opentelemetry/otlp-exporter-base)/)',
];
const project = (displayName, testTimeoutMs) => ({
  displayName,
  testMatch: [`**/*.${displayName}.test.ts`],
  testEnvironment: 'node',
  transform,
  transformIgnorePatterns,
  modulePathIgnorePatterns: ['/dist/', '/.data/'],
  globals: { testTimeoutMs },
  setupFilesAfterEnv: ['<rootDir>/tools/jest/each-file.ts'],
  globalSetup: '<rootDir>/tools/jest/begin-run.ts',
  globalTeardown: '<rootDir>/tools/jest/end-run.ts',
});

/** PostgreSQL, a broker, Temporal and FerretDB, started once for all integration tests. */
const realDependencies = {
  globalSetup: '<rootDir>/tools/jest/global-setup.ts',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.ts',
};

/** The whole system, started once for all end-to-end tests. */
const wholeSystem = {
  globalSetup: '<rootDir>/e2e/global-setup.ts',
  globalTeardown: '<rootDir>/e2e/global-teardown.ts',
};

export default {
  projects: [
    project('unit', 10_000),
    { ...project('int', 60_000), ...realDependencies },
    { ...project('e2e', 300_000), ...wholeSystem },
    project('chaos', 240_000),
  ],
};
