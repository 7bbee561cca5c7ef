import type { Mark } from '../../lib/journey/marks';
import { inWords } from '../../lib/in-words';
import { duration } from '../../lib/time';
import { Badge, Table } from '../basics';
import type { Choice } from './drawing';

const KINDS: Readonly<Partial<Record<Mark['kind'], string>>> = {
  request: 'Call',
  commit: 'Commit',
  saga: 'Saga',
  step: 'Step',
  compensation: 'Undo',
  'dead-letter': 'Dead letter',
};

const TONES = { plain: 'quiet', late: 'warn', bad: 'bad' } as const;

/** The commit itself and its way to the consumers, which the table shows in the row of the commit. */
const ofCommit = (marks: readonly Mark[], commit: Mark, kind: Mark['kind']): readonly Mark[] =>
  marks.filter((mark) => mark.kind === kind && mark.about === commit.about);

const Delivery = ({ of, since }: { of: Mark; since: number }) => (
  <li data-late={of.tone === 'late'}>
    {of.short} after {duration(of.from - since)}
    {of.tone === 'late' && (
      <>
        {' '}
        <Badge tone="warn">lost; pulled</Badge>
      </>
    )}
  </li>
);

const Way = ({ marks, commit }: { marks: readonly Mark[]; commit: Mark }) => {
  const [outbox] = ofCommit(marks, commit, 'outbox');
  const published = ofCommit(marks, commit, 'publication');
  return (
    <>
      {outbox &&
        (outbox.open ? 'Waits in the outbox.' : `In the outbox ${duration(outbox.to - outbox.from)}.`)}{' '}
      {published.map((event) => (
        <div key={event.id}>
          <code>{event.id}</code> published after {duration(event.from - commit.from)}
          <ul class="plain">
            {marks
              .filter(({ kind, cause }) => kind === 'delivery' && cause === event.id)
              .map((delivery) => (
                <Delivery key={delivery.id} of={delivery} since={commit.from} />
              ))}
          </ul>
        </div>
      ))}
    </>
  );
};

const Row = ({
  of: mark,
  marks,
  numbers,
  chosen,
  choose,
}: Choice & { of: Mark; marks: readonly Mark[]; numbers: ReadonlyMap<string, number> }) => (
  <tr data-kind={mark.kind} data-id={mark.id} class={mark.id === chosen ? 'chosen' : ''}>
    <td>
      <button type="button" class="link" onClick={() => choose(mark.id)}>
        <span class="unseen">Show </span>
        {numbers.get(mark.id)}
      </button>
    </td>
    <td class="nowrap">{duration(mark.from)}</td>
    <td>{inWords(mark.lane)}</td>
    <td>
      <Badge tone={TONES[mark.tone]}>{KINDS[mark.kind]}</Badge> {mark.title}
      <div class="small muted">
        {mark.detail}
        {mark.clockBehindMs !== undefined && ` (its clock is ${duration(mark.clockBehindMs)} behind)`}
      </div>
    </td>
    <td class="small">
      {mark.kind === 'commit' && <Way marks={marks} commit={mark} />}
      {mark.open && 'Still running.'}
      {mark.kind !== 'commit' &&
        !mark.open &&
        mark.to > mark.from &&
        `Took ${duration(mark.to - mark.from)}.`}
    </td>
    <td>{mark.cause === undefined ? '–' : (numbers.get(mark.cause) ?? '–')}</td>
  </tr>
);

/** The content of the picture in causal order. Each row has a number, and that of the row that caused it. */
export const JourneyTable = ({ marks, ...choice }: Choice & { marks: readonly Mark[] }) => {
  const rows = marks.filter(({ kind }) => kind in KINDS);
  const numbers = new Map(rows.map(({ id }, index) => [id, index + 1]));
  // An event is part of the row of its commit.
  for (const mark of marks)
    if (mark.about?.kind === 'commit' && !numbers.has(mark.id))
      numbers.set(mark.id, numbers.get(mark.about.id)!);
  return (
    <Table
      caption="Journey in causal order"
      head={['No.', 'After', 'Where', 'What', 'And then', 'Caused by']}
    >
      {rows.map((mark) => (
        <Row key={mark.id} of={mark} marks={marks} numbers={numbers} {...choice} />
      ))}
    </Table>
  );
};
