import { startBacking, type Backing } from '../src';
import { prepareBinaries } from '../src/toolchain/binary';
import { beginTestRun } from '../src/testing/test-run';

declare global {
  var banksideBacking: Backing | undefined;
}

/** One PostgreSQL, broker, Temporal and FerretDB for all integration tests; workers get the addresses as variables. */
const setUp = async (): Promise<void> => {
  await prepareBinaries();
  beginTestRun();
  const backing = await startBacking({ postgres: true, redis: true, temporal: true, ferretdb: true });
  Object.assign(process.env, backing.env);
  globalThis.banksideBacking = backing;
};

export default setUp;
