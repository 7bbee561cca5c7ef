import { programs, type ProgramName } from './programs';

const fits = (name: ProgramName, version: string) => programs[name].installed?.fits(version);

describe('an installed program', () => {
  it.each([
    ['daprd', '1.18.0\n', true],
    ['daprd', '1.18.12', true],
    ['daprd', '1.17.9', false],
    ['daprd', '1.180.0', false],
    ['daprd', 'edge', false],
    ['temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', true],
    ['temporal', 'temporal version 1.4.0 (Server 1.28.0, UI 2.39.0)', false],
    ['temporal', 'temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', true],
    ['redis', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1', true],
    ['redis', 'Redis server v=6.2.7 sha=00000000:0', false],
    ['redis', 'Valkey', false],
  ] as const)('%s with the version "%s" fits: %s', (name, version, expected) => {
    expect(fits(name, version)).toBe(expected);
  });
});
