import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatedConsumer } from '@bankside/feed';
import type { Pool } from 'pg';
import type { ProjectionLag } from './lag';
import type { LeaseManager } from './lease-manager';
import { versionName, type Projection } from './projection';
import type { VersionCache } from './versions';

/** How long a request waits for the writer to replay. The replay continues if it takes longer. */
const REPLAY_WAIT_MS = 5_000;
const REPLAY_POLL_MS = 20;

type OperatedConsumerOptions = Readonly<{
  projection: Projection;
  versions: VersionCache;
  lag: ProjectionLag;
  leases: Pick<LeaseManager, 'notify'>;
  pool: Pool;
}>;

/** A projection as one consumer of its sources. Its dead letters belong to the active version. */
export const operatedConsumer = (options: OperatedConsumerOptions): OperatedConsumer => {
  const { projection, versions, lag, leases, pool } = options;
  const storedAs = (): string => versionName(versions.active(projection) ?? { projection, number: 0 });

  const isReplayed = async (version: string, source: string, stream: string): Promise<boolean> => {
    const { rowCount } = await pool.query(
      'select from replay_request where version = $1 and source = $2 and stream = $3',
      [version, source, stream],
    );
    return rowCount === 0;
  };

  return {
    name: projection.name,
    sources: projection.sources,
    lag: () => lag.of(projection),
    storedAs,
    handles: (type) => Object.hasOwn(projection.apply, type),
    storedBefore: () => {
      const { number } = versions.active(projection) ?? { number: 1 };
      return Array.from({ length: number - 1 }, (_, index) => versionName({ projection, number: index + 1 }));
    },
    /** Requests the replay from the writer of the active version, which may be another replica. */
    replay: async ({ source, stream, by }) => {
      const version = storedAs();
      await pool.query(
        `insert into replay_request (version, source, partition, stream, requested_by)
         select distinct consumer, source, partition, stream, $4 from dead_letter
         where consumer = $1 and source = $2 and stream = $3 on conflict do nothing`,
        [version, source, stream, by],
      );
      await leases.notify({ about: 'replay', version });
      const deadline = performance.now() + REPLAY_WAIT_MS;
      for (;;) {
        if (await isReplayed(version, source, stream)) return true;
        if (performance.now() > deadline) return false;
        await sleep(REPLAY_POLL_MS);
      }
    },
  };
};
