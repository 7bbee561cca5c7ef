import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem, type System } from '@bankside/tools';

declare global {
  var e2eSystem: System | undefined;
}

/** Starts the whole system once for all tests of this folder, on data of its own. */
const setup = async (): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-e2e-'));
  const system = await startSystem({ dataDir });
  globalThis.e2eSystem = system;
  process.env['BANKSIDE_E2E_GATEWAY'] = system.addresses.gatewayUrl;
  process.env['BANKSIDE_E2E_SYSTEM'] = JSON.stringify({ dataDir, addresses: system.addresses });
};

export default setup;
