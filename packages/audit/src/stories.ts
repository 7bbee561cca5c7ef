import { getFromAll, findings, type CheckResult, type Get, type ResponseOf } from './api';

/** A commit of a chain, and the request that it follows from. */
export type StoryCommit = Readonly<{
  service: string;
  stream: string;
  revision: number;
  correlationId?: string | undefined;
}>;

/** Stories that are read from the API, evenly chosen. In each service, the chain check compares the story of every commit. */
const STORIES_READ = 40;

const nameOf = ({ service, stream, revision }: StoryCommit): string => `${service}/${stream}@${revision}`;

/** Every commit appears in the story of its request. */
export const storyAudit = () => {
  const orphans = findings();
  const stories = new Map<string, string[]>();
  let commits = 0;

  const chosen = (): readonly (readonly [string, readonly string[]])[] => {
    const step = Math.max(1, Math.ceil(stories.size / STORIES_READ));
    return [...stories].filter((_story, index) => index % step === 0);
  };

  return {
    add: (commit: StoryCommit): void => {
      commits += 1;
      const { correlationId } = commit;
      if (correlationId === undefined)
        return orphans.add(`${nameOf(commit)} names no request, so it is in no story`);
      const ids = stories.get(correlationId);
      if (ids === undefined) stories.set(correlationId, [nameOf(commit)]);
      else ids.push(nameOf(commit));
    },
    /** Reads some of the stories. @throws Error when a service does not respond */
    result: async (get: Get, pauseMs: number): Promise<CheckResult> => {
      const read = chosen();
      for (const [correlationId, expected] of read) {
        const { entries } = await getFromAll<ResponseOf<'getStory'>>(get, `/api/stories/${correlationId}`, {
          missing: ({ complete, missing }) =>
            complete || missing.length > 0 ? missing : ['some of its commits'],
          pauseMs,
        });
        const known = new Set(entries.map(({ id }) => id));
        for (const id of expected)
          if (!known.has(id)) orphans.add(`${id} is missing in its story ${correlationId}`);
      }
      const share = commits === 0 ? 100 : Math.floor((1_000 * (commits - orphans.count())) / commits) / 10;
      return orphans.result(
        'the story of every commit',
        `${share} % of ${commits} commits in ${stories.size} stories, ${read.length} of them read`,
      );
    },
  };
};
