import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@bankside/client';
import { headsOf, unfed } from './checks/feeds';
import { behind, unsettledViews } from './checks/readers';
import { sagasOf } from './checks/sagas';
import type { Ledger } from './ledger';

const BETWEEN_LOOKS_MS = 500;

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

export type QuietDeps = Readonly<{
  book: Ledger;
  operator: ApiClient;
  patienceMs: number;
  /** Services with feeds, and all that have a database. */
  owners: Databases;
  readers: Databases;
}>;

/** What still goes on. */
const unrest = async ({ operator, owners, readers }: QuietDeps): Promise<readonly string[]> => {
  const running = (await sagasOf(operator, 'running')).map(
    ({ saga, sagaId }) => `saga ${saga} ${sagaId} runs`,
  );
  const waiting = await unfed(owners);
  const late = await behind(readers, await headsOf(owners));
  return [...running, ...waiting, ...late, ...(await unsettledViews(operator))];
};

const repeatUnknown = async ({ book }: QuietDeps): Promise<readonly string[]> => {
  await Promise.all(book.unknown().map((entry) => book.repeat(entry)));
  return book.unknown().map(({ command, key }) => `${command.kind} ${key} is unknown`);
};

/** Waits until every command is known, every saga has ended and every reader has read all. Answers what did not come to rest. */
export const quiet = async (deps: QuietDeps, say: (line: string) => void): Promise<readonly string[]> => {
  const deadline = performance.now() + deps.patienceMs;
  for (let told = ''; ;) {
    const unknown = await repeatUnknown(deps);
    const left = [...unknown, ...(await unrest(deps).catch((error: Error) => [error.message]))];
    if (left.length === 0 || performance.now() > deadline) return left;
    const line = `waiting: ${left[0]}${left.length > 1 ? `, and ${left.length - 1} more` : ''}`;
    if (line !== told) say(line);
    told = line;
    await wait(BETWEEN_LOOKS_MS);
  }
};
