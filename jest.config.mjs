const transform = {
  '^.+\\.[jt]sx?$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
};
// Libraries that come as ES modules only, which jest cannot load as they are.
const transformIgnorePatterns = ['/node_modules/(?!(jose)/)'];
const project = (displayName, testTimeout) => ({
  displayName,
  testMatch: [`**/*.${displayName}.test.ts`],
  testEnvironment: 'node',
  transform,
  transformIgnorePatterns,
  modulePathIgnorePatterns: ['/dist/', '/.data/'],
  testTimeout,
});

export default {
  projects: [project('unit', 10_000), project('int', 60_000), project('e2e', 300_000)],
};
