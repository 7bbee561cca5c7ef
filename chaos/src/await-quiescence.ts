import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@bankside/client';
import { headsOf, unfed } from './checks/feeds';
import { behind, unsettledViews } from './checks/readers';
import { sagasOf } from './checks/sagas';
import type { CommandHistory } from './command-history';

const POLL_MS = 500;

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

type QuiescenceDeps = Readonly<{
  history: CommandHistory;
  operator: ApiClient;
  timeoutMs: number;
  /** `owners` have a feed; `readers` are all services with a database. */
  owners: Databases;
  readers: Databases;
}>;

/** Sagas that run, commits without a published event, consumers and views that lag. */
const pendingWork = async ({ operator, owners, readers }: QuiescenceDeps): Promise<readonly string[]> => {
  const running = (await sagasOf(operator, 'running')).map(
    ({ saga, sagaId }) => `saga ${saga} ${sagaId} runs`,
  );
  const waiting = await unfed(owners);
  const late = await behind(readers, await headsOf(owners));
  return [...running, ...waiting, ...late, ...(await unsettledViews(operator))];
};

const repeatUnknown = async ({ history }: QuiescenceDeps): Promise<readonly string[]> => {
  await Promise.all(history.unknown().map((entry) => history.repeat(entry)));
  return history.unknown().map(({ command, key }) => `${command.kind} ${key} is unknown`);
};

/**
 * Waits until every outcome is known, every saga has ended and every consumer has caught up. Returns the work that is still
 * pending after `timeoutMs`.
 */
export const awaitQuiescence = async (
  deps: QuiescenceDeps,
  log: (line: string) => void,
): Promise<readonly string[]> => {
  const deadline = performance.now() + deps.timeoutMs;
  for (let logged = ''; ;) {
    const unknown = await repeatUnknown(deps);
    const left = [...unknown, ...(await pendingWork(deps).catch((error: Error) => [error.message]))];
    if (left.length === 0 || performance.now() > deadline) return left;
    const line = `waiting: ${left[0]}${left.length > 1 ? `, and ${left.length - 1} more` : ''}`;
    if (line !== logged) log(line);
    logged = line;
    await wait(POLL_MS);
  }
};
