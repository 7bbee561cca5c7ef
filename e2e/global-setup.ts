import { mkdtempSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '@bankside/telemetry/testing';
import { beginTestRun, startSystem, type System } from '@bankside/tools';
import { startControl } from './control';

declare global {
  var e2eSystem: System | undefined;
  var e2eControl: Server | undefined;
  var e2eReceiver: Receiver | undefined;
}

/** Starts the whole system once for all tests of this folder, on its own data. */
const setup = async (): Promise<void> => {
  beginTestRun();
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-e2e-'));
  const receiver = await startReceiver();
  const deaf = mkdtempSync(join(tmpdir(), 'bankside-deaf-'));
  process.env['BANKSIDE_E2E_DEAF'] = deaf;
  const system = await startSystem({
    dataDir,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      BANKSIDE_E2E_DEAF: deaf,
      NODE_OPTIONS: `--import ${join(__dirname, 'deaf-service.mjs')}`,
    },
  });
  globalThis.e2eReceiver = receiver;
  process.env['BANKSIDE_E2E_RECEIVER'] = receiver.url;
  globalThis.e2eSystem = system;
  globalThis.e2eControl = await startControl(system);
  process.env['BANKSIDE_E2E_GATEWAY'] = system.addresses.gatewayUrl;
  process.env['BANKSIDE_E2E_SYSTEM'] = JSON.stringify({ dataDir, addresses: system.addresses });
};

export default setup;
