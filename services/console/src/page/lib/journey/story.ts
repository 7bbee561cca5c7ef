import type { ResponseOf } from '../api-types';

/** All that one request caused. */
export type Story = ResponseOf<'getStory'>;
type Entry = Story['entries'][number];
export type CommitEntry = Extract<Entry, { kind: 'commit' }>;
export type SagaEntry = Extract<Entry, { kind: 'saga' }>;
export type StepEntry = Extract<Entry, { kind: 'step' }>;
export type PublishedEvent = CommitEntry['published'][number];
