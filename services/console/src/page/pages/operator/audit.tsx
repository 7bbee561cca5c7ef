import { runAudit, type CheckResult } from '@bankside/audit';
import { useState } from 'preact/hooks';
import type { Api } from '../../lib/api';
import { amountsInWords } from '../../lib/money';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { Badge, Card, Problem } from '../../parts/basics';
import { Button } from '../../parts/forms';

const Result = ({ of: { check, verified, problems, count } }: { of: CheckResult }) => (
  <li>
    {check} <span class="muted">{verified}</span>{' '}
    {count === 0 ? <Badge tone="ok">ok</Badge> : <Badge tone="bad">{count} problems</Badge>}
    {problems.map((problem) => (
      <div key={problem}>{amountsInWords(problem)}</div>
    ))}
  </li>
);

/** Audits the whole system and shows the result of each check. */
export const AuditCard = ({ api }: { api: Api }) => {
  const [results, setResults] = useState<readonly CheckResult[]>([]);
  const [progress, setProgress] = useState<string | undefined>();
  const [isDone, setDone] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();

  const run = async (): Promise<void> => {
    setProblem(undefined);
    setResults([]);
    setDone(false);
    try {
      await runAudit({
        get: api.reply,
        onProgress: setProgress,
        onResult: (result) => setResults((before) => [...before, result]),
      });
      setDone(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setProgress(undefined);
    }
  };

  const wrong = results.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card
      title="Audit"
      aside={
        (isDone || wrong > 0) &&
        (wrong === 0 ? (
          <Badge tone="ok">Every check holds</Badge>
        ) : (
          <Badge tone="bad">{wrong} problems</Badge>
        ))
      }
    >
      <p class="small muted">
        Verifies the hash chain of every service, what the services have stored about the same orders, card
        payments and changes of numbers, and that every state is the fold of its commits.
      </p>
      <Problem of={problem} />
      <ul class="rows small">
        {results.map((result) => (
          <Result key={result.check} of={result} />
        ))}
      </ul>
      <div class="actions">
        <Button busy={progress !== undefined} onClick={() => void run()}>
          {progress === undefined ? 'Run the audit' : `Reading ${progress}…`}
        </Button>
      </div>
    </Card>
  );
};
