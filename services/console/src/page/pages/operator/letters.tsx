import { useState } from 'preact/hooks';
import type { Letter } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Verbatim } from '../../parts/basics';
import { ActionButton, ActionForm, Button, Field } from '../../parts/forms';
import { Shown } from '../../parts/loaded';

const REFRESH_MS = 3_000;

type Stream = Readonly<{ key: string; head: Letter; behind: readonly Letter[] }>;

/** Dead letters by view and stream: the first could not be applied, the others wait behind it. */
const streamsOf = (letters: readonly Letter[]): readonly Stream[] => {
  const streams = new Map<string, Stream>();
  for (const letter of letters.toSorted((one, other) => one.position - other.position)) {
    const key = `${letter.view} ${letter.source} ${letter.stream}`;
    const { head = letter, behind = [] } = streams.get(key) ?? {};
    streams.set(key, { key, head, behind: head === letter ? behind : [...behind, letter] });
  }
  return [...streams.values()];
};

const Waits = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Stream; onDone: () => void }) => {
  const { view, source, stream, reason, type, at, position } = of.head;
  const where = { view, source, stream };
  return (
    <Card
      title={stream}
      aside={
        <>
          <Badge>{view}</Badge> <Badge tone="bad">{of.behind.length} held back behind it</Badge>
        </>
      }
    >
      <p>
        <code>{type}</code> at position {position}{' '}
        {at !== undefined && <span class="muted">{dateTimeOf(at)}</span>}
      </p>
      <Verbatim label="Reason">{reason ?? 'No reason is known.'}</Verbatim>
      <div class="actions">
        <ActionButton
          label="Replay"
          kind="main"
          submit={(key) => api.change('POST', '/api/dead-letters/replay', key, where)}
          onDone={onDone}
        />
        <a class="button" href={linkTo(['operator', 'streams', source, stream])}>
          See the stream
        </a>
      </div>
      <ActionForm
        inline
        kind="danger"
        label="Discard it"
        submit={({ reason: why }, key) =>
          api.change('POST', '/api/dead-letters/discard', key, { ...where, reason: why })
        }
        onDone={onDone}
      >
        <Field label="Give it up, because" name="reason" required minLength={3} autoComplete="off" />
      </ActionForm>
    </Card>
  );
};

const GivenUp = ({ of }: { of: readonly Letter[] }) => (
  <Card>
    <ul class="rows">
      {of.map(({ view, stream, position, reason, type, state }) => (
        <li key={`${view} ${stream} ${position}`}>
          <span>
            <code>{type}</code> of {stream} in {view} <span class="muted">{reason}</span>
          </span>
          <State of={state} />
        </li>
      ))}
    </ul>
  </Card>
);

const NONE = {
  open: 'None: every view has applied everything.',
  discarded: 'None was ever given up.',
} as const;

export const Letters = ({ api }: PageProps) => {
  const [state, setState] = useState<keyof typeof NONE>('open');
  const list = useLoad(
    () => api.get<Readonly<{ letters: readonly Letter[] }>>(`/api/dead-letters?state=${state}`),
    [state],
    REFRESH_MS,
  );
  const content = (letters: readonly Letter[]) => {
    if (letters.length === 0)
      return (
        <Card>
          <Empty>{NONE[state]}</Empty>
        </Card>
      );
    if (state === 'discarded') return <GivenUp of={letters} />;
    return (
      <div class="stack">
        {streamsOf(letters).map((one) => (
          <Waits key={one.key} api={api} of={one} onDone={list.reload} />
        ))}
      </div>
    );
  };
  return (
    <Page
      title="Dead letters"
      lead="Events that a view could not apply. They hold back their own stream only; after the fix, a replay applies the rest in order."
      aside={
        <>
          <Button aria-pressed={state === 'open'} onClick={() => setState('open')}>
            Waiting
          </Button>
          <Button aria-pressed={state === 'discarded'} onClick={() => setState('discarded')}>
            Given up
          </Button>
        </>
      }
    >
      <Shown of={list}>{({ letters }) => content(letters)}</Shown>
    </Page>
  );
};
