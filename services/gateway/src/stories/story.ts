import type { DeliveriesResponse, Story, StoryCommits, StoryEntry } from '@bankside/contracts/http';
import { inCausalOrder } from './causal-order';

type Commit = StoryCommits['commits'][number];
type ConsumingService = CommitEntry['published'][number]['consumers'][number]['service'];
type CommitEntry = Extract<StoryEntry, { kind: 'commit' }>;

/** What the consumers of a service did with the events of a story. */
export type Consumption = DeliveriesResponse & Readonly<{ service: ConsumingService }>;

/** What the services know of a story; `missing` are those that did not respond. */
export type StoryParts = Readonly<{
  correlationId: string;
  commits: readonly Commit[];
  consumptions: readonly Consumption[];
  /** Sagas and their steps. */
  sagas: readonly StoryEntry[];
  /** Whether a service has more than it returned. */
  more: boolean;
  missing: readonly string[];
}>;

const byTime = (one: Readonly<{ at: string }>, other: Readonly<{ at: string }>): number =>
  Date.parse(one.at) - Date.parse(other.at);

const commitEntry =
  (consumptions: readonly Consumption[]) =>
  (commit: Commit): CommitEntry => {
    /** What is about an event, of all services. */
    const about = <T extends Readonly<{ event: string; at: string }>>(
      id: string,
      of: (one: Consumption) => readonly T[],
    ) =>
      consumptions
        .flatMap((one) => of(one).map(({ event, ...rest }) => ({ event, service: one.service, ...rest })))
        .filter(({ event }) => event === id)
        .map(({ event: _event, ...rest }) => rest)
        .sort(byTime);
    return {
      kind: 'commit',
      ...commit,
      published: commit.published.map((event) => ({
        ...event,
        consumers: about(event.id, ({ deliveries }) => deliveries),
        deadLetters: about(event.id, ({ deadLetters }) => deadLetters),
      })),
    };
  };

/** The causes of an entry: what it names, as the entry that it belongs to, and the commit before it in its stream. */
const causesOf = (entry: StoryEntry, publishedBy: ReadonlyMap<string, string>): readonly string[] => {
  const { causedBy } = entry;
  const direct = publishedBy.get(causedBy) ?? causedBy;
  if (entry.kind !== 'commit') return [direct];
  return [direct, `${entry.service}/${entry.stream}@${entry.revision - 1}`];
};

/** Joins the parts of a story. */
export const storyOf = ({
  correlationId,
  commits,
  consumptions,
  sagas,
  more,
  missing,
}: StoryParts): Story => {
  const entries = [...commits.map(commitEntry(consumptions)), ...sagas];
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
