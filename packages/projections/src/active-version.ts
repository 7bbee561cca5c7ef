import { withTimeout } from '@bankside/std';
import { StaleReadError } from './checkpoints';
import type { Projection, ProjectionVersion } from './projection';
import type { VersionCache } from './versions';

/** How long one attempt waits for another replica before the active version is looked up again. */
const ATTEMPT_MS = 500;

/** `deadline` is a time of the monotonic clock. */
const beforeDeadline = async (work: Promise<void>, deadline: number): Promise<void> => {
  const ms = Math.max(0, deadline - performance.now());
  await withTimeout(work, ms, () => new StaleReadError(`not done in ${Math.round(ms)} ms`));
};

export type ActiveVersionOptions<Writer> = Readonly<{
  versions: VersionCache;
  /** The writer of the version in this process. */
  writerOf: (version: ProjectionVersion) => Writer | undefined;
}>;

/** The version of each projection that readers use. */
export const activeVersion = <Writer>({ versions, writerOf }: ActiveVersionOptions<Writer>) => {
  /** The active version, unless it was built by another definition than this process has. */
  const writable = (projection: Projection): ProjectionVersion | undefined => {
    const { active } = versions.of(projection);
    return active?.definitionVersion === projection.version
      ? { projection, number: active.number }
      : undefined;
  };

  /** @throws StaleReadError before the first version exists */
  const readable = (projection: Projection): ProjectionVersion => {
    const version = versions.active(projection);
    if (version === undefined) throw new StaleReadError(`${projection.name} does not exist yet`);
    return version;
  };

  /**
   * Runs `work` with the active version. Runs it again when that version or its local writer changed meanwhile, by a
   * promotion or a lease that moved.
   * @throws StaleReadError after `timeoutMs`
   */
  const withActiveVersion = async (
    find: () => ProjectionVersion | undefined,
    timeoutMs: number,
    work: (version: ProjectionVersion, deadline: number) => Promise<void>,
  ): Promise<void> => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const version = find();
      if (version === undefined) return;
      const writer = writerOf(version);
      try {
        return await beforeDeadline(
          work(version, Math.min(deadline, performance.now() + ATTEMPT_MS)),
          deadline,
        );
      } catch (error) {
        if (performance.now() >= deadline) throw error;
        await versions.refresh();
        const unchanged = find()?.number === version.number && writerOf(version) === writer;
        if (unchanged && !(error instanceof StaleReadError)) throw error;
      }
    }
  };

  return { writable, readable, withActiveVersion };
};
