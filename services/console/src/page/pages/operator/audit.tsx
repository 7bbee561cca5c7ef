import { owners } from '@bankside/contracts/owners';
import { useState } from 'preact/hooks';
import type { Out } from '../../lib/answers';
import type { Api } from '../../lib/api';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { Badge, Card, Facts, Problem } from '../../parts/basics';
import { Button } from '../../parts/forms';

type Audited = Omit<Out<'auditService'>, 'next'>;
const NONE: Audited = { streams: 0, commits: 0, events: 0, problems: [] };

const plus = (one: Audited, other: Audited): Audited => ({
  streams: one.streams + other.streams,
  commits: one.commits + other.commits,
  events: one.events + other.events,
  problems: [...one.problems, ...other.problems],
});

/** Audits every stream of every service and shows the progress. */
const auditAll = async (api: Api, tell: (sum: Audited, service: string) => void): Promise<void> => {
  let sum = NONE;
  for (const service of owners) {
    for (let after: number | undefined = 0; after !== undefined;) {
      tell(sum, service);
      const page: Out<'auditService'> = await api.get(`/api/audit/${service}?after=${after}`);
      sum = plus(sum, page);
      after = page.next;
    }
  }
  tell(sum, '');
};

/** The audit page: every state must equal the fold of its events. */
export const AuditCard = ({ api }: { api: Api }) => {
  const [so, setSo] = useState<Readonly<{ sum: Audited; service: string }> | undefined>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const busy = so !== undefined && so.service !== '' && problem === undefined;
  const run = (): void => {
    setProblem(undefined);
    void auditAll(api, (sum, service) => setSo({ sum, service })).catch((error: unknown) =>
      setProblem(asProblem(error)),
    );
  };
  const wrong = so?.sum.problems ?? [];
  return (
    <Card
      title="Audit"
      aside={
        so !== undefined &&
        !busy &&
        (wrong.length === 0 ? (
          <Badge tone="ok">All equal</Badge>
        ) : (
          <Badge tone="bad">{wrong.length} wrong</Badge>
        ))
      }
    >
      <p class="small muted">
        Folds every stream of every service from its first commit, and compares with what is served.
      </p>
      <Problem of={problem} />
      {so !== undefined && (
        <Facts
          of={[
            ['Streams', so.sum.streams],
            ['Commits', so.sum.commits],
            ['Events', so.sum.events],
          ]}
        />
      )}
      <ul class="rows small">
        {wrong.map(({ stream, problem: what }) => (
          <li key={stream}>
            <code>{stream}</code> {what}
          </li>
        ))}
      </ul>
      <div class="actions">
        <Button busy={busy} onClick={run}>
          {busy ? `Folding ${so.service}…` : 'Fold everything anew'}
        </Button>
      </div>
    </Card>
  );
};
