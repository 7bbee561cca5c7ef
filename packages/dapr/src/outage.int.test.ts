import type { Append } from '@bankside/kernel';
import {
  createServiceDatabase,
  startBacking,
  startSidecar,
  until,
  type Backing,
  type TestSidecar,
} from '@bankside/tools';
import { daprEventStore } from './event-store';
import { stateMigrations } from './migrations';
import { Outage } from './outage';
import { sidecar as sidecarOf } from './sidecar';

const APP = 'dapr-outage-test';
/** Longer than a restart on a busy machine. */
const RECOVERY_MS = 30_000;

let backing: Backing;
let sidecar: TestSidecar;
let store: ReturnType<typeof daprEventStore>;

beforeAll(async () => {
  backing = await startBacking({ postgres: true });
  const adminUrl = backing.env['BANKSIDE_TEST_POSTGRES'];
  const { url: databaseUrl } = await createServiceDatabase('outage', [stateMigrations], { adminUrl });
  sidecar = await startSidecar({ appId: APP, databaseUrl });
  store = daprEventStore({ sidecarUrl: sidecar.httpUrl, store: `${APP}-store`, test: { timeoutMs: 3_000 } });
});

afterAll(async () => {
  await store.close();
  await sidecar.stop();
  await backing.stop();
});

const append = (stream: string, revision: number): Append => {
  const commandId = `${stream}/${revision}`;
  return {
    commandId,
    outcome: { fingerprint: 'f', stream, revision },
    commit: { stream, revision, events: [], commandId, at: '2026-01-01T00:00:00.000Z' },
  };
};

/** Appends to many streams while `kill` runs, until some have failed. Returns the acknowledged appends. */
const appendThrough = async (name: string, kill: () => void) => {
  const acknowledged = new Map<string, number>();
  const failures: unknown[] = [];
  const writer = async (stream: string) => {
    for (let revision = 1; failures.length === 0; revision += 1) {
      await store.append(append(stream, revision)).then(
        () => acknowledged.set(stream, revision),
        (error: unknown) => failures.push(error),
      );
      if (stream.endsWith('-0') && revision === 20) kill();
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, index) => writer(`${name}-${index}`)));
  return { acknowledged, failures };
};

/** Each attempt uses a stream of its own, because a failed one may be durable. */
const respondsAgain = (name: string) => {
  let attempt = 0;
  return until(() => store.append(append(`${name}-${(attempt += 1)}`, 1)), {
    what: 'The event store',
    timeoutMs: RECOVERY_MS,
  });
};

const expectKept = async (acknowledged: ReadonlyMap<string, number>) => {
  expect(acknowledged.size).toBeGreaterThan(0);
  for (const [stream, revision] of acknowledged) {
    const kept = (await store.read(stream, 0, 1_000)).length;
    // One more may be durable whose acknowledgement was lost.
    expect([revision, revision + 1]).toContain(kept);
  }
};

describe('an outage in the middle of appends', () => {
  it.each([
    ['sidecar', () => sidecar.kill()],
    ['database', () => backing.processes['postgres']!.kill('SIGKILL')],
  ])('of the %s is an Outage for all, loses nothing acknowledged, and passes', async (name, kill) => {
    const { acknowledged, failures } = await appendThrough(name, kill);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toBeInstanceOf(Outage);
    await respondsAgain(`${name}-after`);
    await expectKept(acknowledged);
  });

  it('fails reads with an Outage as well, and readiness', async () => {
    const probe = sidecarOf({ sidecarUrl: sidecar.httpUrl });
    expect(await probe.ready()).toBe(true);
    sidecar.process.pause();
    const isUnready = async (): Promise<void> => {
      if (await probe.ready()) throw new Error('It is ready.');
    };
    await until(isUnready, { what: 'An unready sidecar', timeoutMs: RECOVERY_MS });
    const read = await store.read('sidecar-0', 0, 1).catch((error: unknown) => error);
    sidecar.process.resume();
    expect(read).toBeInstanceOf(Outage);
    await respondsAgain('paused-after');
    await probe.close();
  });
});
