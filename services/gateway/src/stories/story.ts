import type { Story, StoryCommits, StoryEntry } from '@bankside/contracts/http';
import { inCausalOrder } from './causal-order';

type Commit = StoryCommits['commits'][number];

/** What the services know of a story; `missing` are those that did not respond. */
export type StoryParts = Readonly<{
  correlationId: string;
  commits: readonly Commit[];
  /** Whether a service has more than it returned. */
  more: boolean;
  missing: readonly string[];
}>;

const commitEntry = (commit: Commit): StoryEntry => ({
  kind: 'commit',
  ...commit,
  published: commit.published.map((event) => ({ ...event, consumers: [], deadLetters: [] })),
});

/** The causes of an entry: what it names, as the entry that it belongs to, and the commit before it in its stream. */
const causesOf = (entry: StoryEntry, publishedBy: ReadonlyMap<string, string>): readonly string[] => {
  const { causedBy } = entry;
  const direct = publishedBy.get(causedBy) ?? causedBy;
  if (entry.kind !== 'commit') return [direct];
  return [direct, `${entry.service}/${entry.stream}@${entry.revision - 1}`];
};

/** Joins the parts of a story. */
export const storyOf = ({ correlationId, commits, more, missing }: StoryParts): Story => {
  const entries = commits.map(commitEntry);
  const publishedBy = new Map(
    commits.flatMap(({ id, published }) => published.map((event) => [event.id, id])),
  );
  const sorted = inCausalOrder(
    entries.map((entry) => ({
      id: entry.id,
      causes: causesOf(entry, publishedBy),
      at: entry.at ?? '',
      entry,
    })),
  );
  return {
    correlationId,
    complete: !more && missing.length === 0,
    missing: [...missing],
    requests: [],
    entries: sorted.map(({ entry }) => entry),
  };
};

/** Without what only staff may see. */
export const forCustomer = (story: Story): Story => ({
  ...story,
  entries: story.entries.map((entry) => {
    if (entry.kind !== 'commit') return entry;
    const { commandId: _commandId, actor: _actor, trace: _trace, ...rest } = entry;
    return rest;
  }),
});
