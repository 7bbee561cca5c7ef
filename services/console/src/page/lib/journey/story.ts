type Published = Readonly<{
  id: string;
  type: string;
  publishedAt?: string | undefined;
  consumers: readonly Readonly<{
    service: string;
    consumer: string;
    at: string;
    how: 'delivered' | 'announced' | 'caught-up' | 'pulled';
  }>[];
  deadLetters: readonly Readonly<{
    service: string;
    consumer: string;
    at: string;
    state: string;
    reason: string;
  }>[];
}>;
export type CommitEntry = Readonly<{
  kind: 'commit';
  id: string;
  causedBy: string;
  at: string;
  service: string;
  stream: string;
  revision: number;
  events: readonly string[];
  commandId?: string | undefined;
  actor?: string | undefined;
  trace?: string | undefined;
  fedAt?: string | undefined;
  published: readonly Published[];
}>;
export type SagaEntry = Readonly<{
  kind: 'saga';
  id: string;
  causedBy: string;
  at: string;
  endedAt?: string | undefined;
  sagaId: string;
  saga: string;
  state: string;
}>;
export type StepEntry = Readonly<{
  kind: 'step';
  id: string;
  causedBy: string;
  at?: string | undefined;
  endedAt?: string | undefined;
  step: string;
  service?: string | undefined;
  state: 'pending' | 'running' | 'done' | 'rejected' | 'unknown' | 'skipped';
  attempts: number;
  note?: string | undefined;
  compensates?: string | undefined;
}>;
export type Story = Readonly<{
  correlationId: string;
  complete: boolean;
  missing: readonly string[];
  requests: readonly Readonly<{
    at: string;
    endedAt: string;
    operation: string;
    method: string;
    path: string;
    status: number;
  }>[];
  entries: readonly (CommitEntry | SagaEntry | StepEntry)[];
}>;
export type PublishedEvent = Published;
