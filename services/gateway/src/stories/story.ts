import type { DeliveriesResponse, Story, StoryCommits, StoryEntry } from '@bankside/contracts/http';
import { DELIVERIES_KEPT_DAYS } from '@bankside/contracts/http/stories';
import { inCausalOrder } from './causal-order';
import { sagaEntries, stepOf, type StepEntry, type StorySaga } from './saga-entries';

type Commit = StoryCommits['commits'][number];
type ConsumingService = CommitEntry['published'][number]['consumers'][number]['service'];
type CommitEntry = Extract<StoryEntry, { kind: 'commit' }>;

/** What the consumers of a service did with the events of a story. */
type Consumption = DeliveriesResponse & Readonly<{ service: ConsumingService }>;

/** What the services know of a story; `missing` are those that did not respond. */
export type StoryParts = Readonly<{
  correlationId: string;
  requests: Story['requests'];
  commits: readonly Commit[];
  sagas: readonly StorySaga[];
  consumptions: readonly Consumption[];
  /** Whether a service has more than it returned. */
  more: boolean;
  missing: readonly string[];
  now: number;
}>;

const byTime = (one: Readonly<{ at: string }>, other: Readonly<{ at: string }>): number =>
  Date.parse(one.at) - Date.parse(other.at);

const commitEntry =
  (consumptions: readonly Consumption[]) =>
  (commit: Commit): CommitEntry => {
    /** The entries of all services about one event. */
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
      causedBy: stepOf(commit.causedBy)?.id ?? commit.causedBy,
      published: commit.published.map((event) => ({
        ...event,
        consumers: about(event.id, ({ deliveries }) => deliveries),
        deadLetters: about(event.id, ({ deadLetters }) => deadLetters),
      })),
    };
  };

/** Steps of one saga that had ended when this one began, by the clock of the worker that runs them all. */
const stepsBefore = ({ id, causedBy, at }: StepEntry, steps: readonly StepEntry[]): readonly string[] =>
  steps.flatMap((one) =>
    one.id !== id &&
    one.causedBy === causedBy &&
    at !== undefined &&
    one.endedAt !== undefined &&
    one.endedAt <= at
      ? [one.id]
      : [],
  );

/** The causes of each entry: what it names, what came before it in its stream, and for a step the steps before it with their commits. */
const causesIn = (entries: readonly StoryEntry[]) => {
  const commits = entries.filter((entry) => entry.kind === 'commit');
  const steps = entries.filter((entry) => entry.kind === 'step');
  const publishedBy = new Map(
    commits.flatMap(({ id, published }) => published.map((event) => [event.id, id] as const)),
  );
  return (entry: StoryEntry): readonly string[] => {
    const direct = publishedBy.get(entry.causedBy) ?? entry.causedBy;
    if (entry.kind === 'commit') return [direct, `${entry.service}/${entry.stream}@${entry.revision - 1}`];
    if (entry.kind === 'saga') return [direct];
    const before = stepsBefore(entry, steps);
    const made = commits.filter(({ causedBy }) => before.includes(causedBy)).map(({ id }) => id);
    return [direct, ...before, ...made];
  };
};

const DELIVERIES_KEPT_MS = DELIVERIES_KEPT_DAYS * 86_400_000;

const notKept = (entries: readonly StoryEntry[], now: number): Story['notKept'] => [
  ...(entries.some(({ kind, at }) => kind === 'commit' && now - Date.parse(at) > DELIVERIES_KEPT_MS)
    ? (['deliveries', 'requests'] as const)
    : []),
  ...(entries.some((entry) => entry.kind === 'saga' && entry.state === 'unknown')
    ? (['steps'] as const)
    : []),
];

/** Joins the parts of a story. */
export const storyOf = (parts: StoryParts): Story => {
  const { correlationId, requests, commits, sagas, consumptions, more, missing, now } = parts;
  const entries: readonly StoryEntry[] = [
    ...commits.map(commitEntry(consumptions)),
    ...sagaEntries(correlationId, commits, sagas),
  ];
  const causesOf = causesIn(entries);
  const begun = new Map(entries.flatMap(({ id, at }) => (at === undefined ? [] : [[id, at] as const])));
  const sorted = inCausalOrder(
    entries.map((entry) => ({
      id: entry.id,
      causes: causesOf(entry),
      at: entry.at ?? begun.get(entry.causedBy) ?? new Date(0).toISOString(),
      entry,
    })),
  );
  return {
    correlationId,
    complete: !more && missing.length === 0,
    missing: [...missing],
    notKept: notKept(entries, now),
    requests: [...requests],
    entries: sorted.map(({ entry }) => entry),
  };
};

/** Without what only staff may see. */
export const forCustomer = (story: Story): Story => ({
  ...story,
  entries: story.entries.map((entry) => {
    if (entry.kind === 'step' && entry.state !== 'rejected') {
      const { note: _note, ...rest } = entry; // An error, or the member of staff who skipped the step.
      return rest;
    }
    if (entry.kind !== 'commit') return entry;
    const { commandId: _commandId, actor: _actor, trace: _trace, ...rest } = entry;
    return rest;
  }),
});
