import { owners } from '@bankside/contracts/owners';
import { useState } from 'preact/hooks';
import type { ResponseOf } from '../../lib/api-types';
import type { Api } from '../../lib/api';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { Badge, Card, Facts, Problem } from '../../parts/basics';
import { Button } from '../../parts/forms';

type AuditResult = Omit<ResponseOf<'auditService'>, 'next'>;
const NONE: AuditResult = { streams: 0, commits: 0, events: 0, problems: [] };

const plus = (one: AuditResult, other: AuditResult): AuditResult => ({
  streams: one.streams + other.streams,
  commits: one.commits + other.commits,
  events: one.events + other.events,
  problems: [...one.problems, ...other.problems],
});

/** Audits every stream of every service and shows the progress. */
const auditAll = async (api: Api, onProgress: (sum: AuditResult, service: string) => void): Promise<void> => {
  let sum = NONE;
  for (const service of owners) {
    for (let after: number | undefined = 0; after !== undefined;) {
      onProgress(sum, service);
      const page: ResponseOf<'auditService'> = await api.get(`/api/audit/${service}?after=${after}`);
      sum = plus(sum, page);
      after = page.next;
    }
  }
  onProgress(sum, '');
};

/** Every state must equal the fold of its events. */
export const AuditCard = ({ api }: { api: Api }) => {
  const [audit, setAudit] = useState<Readonly<{ sum: AuditResult; service: string }> | undefined>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const busy = audit !== undefined && audit.service !== '' && problem === undefined;
  const run = (): void => {
    setProblem(undefined);
    void auditAll(api, (sum, service) => setAudit({ sum, service })).catch((error: unknown) =>
      setProblem(asProblem(error)),
    );
  };
  const wrong = audit?.sum.problems ?? [];
  return (
    <Card
      title="Audit"
      aside={
        audit !== undefined &&
        !busy &&
        (wrong.length === 0 ? (
          <Badge tone="ok">All consistent</Badge>
        ) : (
          <Badge tone="bad">{wrong.length} problems</Badge>
        ))
      }
    >
      <p class="small muted">
        Replays every stream of every service from its first commit and compares the result with the state
        that is served.
      </p>
      <Problem of={problem} />
      {audit !== undefined && (
        <Facts
          of={[
            ['Streams', audit.sum.streams],
            ['Commits', audit.sum.commits],
            ['Events', audit.sum.events],
          ]}
        />
      )}
      <ul class="rows small">
        {wrong.map(({ stream, problem: detail }) => (
          <li key={stream}>
            <code>{stream}</code> {detail}
          </li>
        ))}
      </ul>
      <div class="actions">
        <Button busy={busy} onClick={run}>
          {busy ? `Replaying ${audit.service}…` : 'Replay all streams'}
        </Button>
      </div>
    </Card>
  );
};
