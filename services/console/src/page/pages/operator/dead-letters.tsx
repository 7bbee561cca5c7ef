import { servicesWithConsumers } from '@bankside/contracts/owners';
import type { DeadLetter, DeadLettersOfService, ResponseOf } from '../../lib/api-types';
import { linkTo } from '../../lib/route';
import { dateTimeOf } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Table, Verbatim } from '../../parts/basics';
import { ActionButton, ActionForm, Button, Choice, Field } from '../../parts/forms';
import { Pager, WhenLoaded, useList } from '../../parts/loaded';

const REFRESH_MS = 3_000;
const STATES = { open: 'Open', resolved: 'Resolved' } as const;
const NONE: Readonly<Record<string, string>> = {
  open: 'No open dead letters: every consumer has applied all events that it has read.',
  resolved: 'No resolved dead letters.',
};

type Stream = Readonly<{ key: string; service: string; first: DeadLetter; blocked: number }>;

/** Open dead letters by consumer and stream: the first could not be applied, the others are blocked behind it. */
const streamsOf = ({ service, deadLetters }: DeadLettersOfService): readonly Stream[] => {
  const streams = new Map<string, Stream>();
  for (const letter of deadLetters.toSorted((one, other) => one.position - other.position)) {
    const key = [service, letter.consumer, letter.source, letter.stream].join(' ');
    const known = streams.get(key);
    streams.set(
      key,
      known ? { ...known, blocked: known.blocked + 1 } : { key, service, first: letter, blocked: 0 },
    );
  }
  return [...streams.values()];
};

const OpenStream = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Stream; onDone: () => void }) => {
  const { service, first, blocked } = of;
  const { consumer, source, stream, reason, type, at, position } = first;
  const ref = { service, consumer, source, stream };
  return (
    <Card
      title={stream}
      aside={
        <>
          <Badge>{service === consumer ? service : `${service}: ${consumer}`}</Badge>{' '}
          {blocked > 0 && <Badge tone="bad">{blocked} blocked behind it</Badge>}
        </>
      }
    >
      <p>
        <code>{type}</code> at position {position} of {source}, parked{' '}
        <span class="muted">{dateTimeOf(at)}</span>
      </p>
      <Verbatim label="Reason">{reason}</Verbatim>
      <div class="actions">
        <ActionButton
          label="Replay"
          kind="main"
          submit={(key) => api.change('POST', '/api/dead-letters/replay', key, ref)}
          onDone={onDone}
        />
        <a class="button" href={linkTo(['operator', 'streams', source, stream])}>
          View the stream
        </a>
      </div>
      <ActionForm
        inline
        kind="danger"
        label="Discard"
        submit={({ why }, key) =>
          api.change('POST', '/api/dead-letters/discard', key, { ...ref, reason: why })
        }
        onDone={onDone}
      >
        <Field label="Reason for discarding" name="why" required minLength={3} autoComplete="off" />
      </ActionForm>
    </Card>
  );
};

const Resolved = ({ of: { service, deadLetters } }: { of: DeadLettersOfService }) => (
  <Card title={service}>
    <Table
      caption={`Resolved dead letters of ${service}`}
      head={['Stream', 'Event', 'Consumer', 'Failure', 'State', 'Resolved', 'By', 'Reason']}
    >
      {deadLetters.map((letter) => (
        <tr key={`${letter.consumer} ${letter.source} ${letter.partition} ${letter.position}`}>
          <td>{letter.stream}</td>
          <td>
            <code>{letter.type}</code>
          </td>
          <td>{letter.consumer}</td>
          <td>{letter.reason}</td>
          <td>
            <State of={letter.state} />
          </td>
          <td>{letter.resolvedAt === undefined ? '–' : dateTimeOf(letter.resolvedAt)}</td>
          <td>{letter.resolvedBy ?? '–'}</td>
          <td>{letter.resolution ?? '–'}</td>
        </tr>
      ))}
    </Table>
  </Card>
);

type ListProps = Pick<PageProps, 'api'> &
  Readonly<{ state: string; services: readonly DeadLettersOfService[]; onDone: () => void }>;

const List = ({ api, state, services, onDone }: ListProps) => {
  const unavailable = services.filter(({ status }) => status === 'unavailable');
  const filled = services.filter(({ deadLetters }) => deadLetters.length > 0);
  return (
    <div class="stack">
      {unavailable.map(({ service }) => (
        <div key={service} class="problem" role="alert">
          <strong>{service} does not respond</strong>
          <p>Its dead letters are not shown.</p>
        </div>
      ))}
      {filled.length === 0 && (
        <Card>
          <Empty>{NONE[state]}</Empty>
        </Card>
      )}
      {state === 'open'
        ? filled
            .flatMap(streamsOf)
            .map((one) => <OpenStream key={one.key} api={api} of={one} onDone={onDone} />)
        : filled.map((one) => <Resolved key={one.service} of={one} />)}
    </div>
  );
};

export const DeadLetters = ({ api, query }: PageProps) => {
  const state = query.get('state') === 'resolved' ? 'resolved' : 'open';
  const service = query.get('service') ?? '';
  const consumer = query.get('consumer') ?? '';
  const { list, pages } = useList<ResponseOf<'listDeadLetters'>>(
    { api, query },
    '/api/dead-letters',
    { state, service, consumer },
    REFRESH_MS,
  );
  const show = (changes: Readonly<Record<string, string>>): void =>
    goTo(linkTo(['operator', 'dead-letters'], { state, service, consumer, ...changes }));
  return (
    <Page
      title="Dead letters"
      lead="Events that a consumer could not apply. Each blocks only its own stream; after the fix, a replay applies the stream in order."
      aside={
        <>
          <Choice
            label="Service"
            value={service}
            onChange={({ currentTarget }) => show({ service: currentTarget.value, consumer: '' })}
            options={[['', 'all'], ...servicesWithConsumers.map((one) => [one, one] as const)]}
          />
          {(['open', 'resolved'] as const).map((one) => (
            <Button key={one} aria-pressed={state === one} onClick={() => show({ state: one })}>
              {STATES[one]}
            </Button>
          ))}
        </>
      }
    >
      {consumer !== '' && (
        <p>
          Only those of <strong>{consumer}</strong>.{' '}
          <button type="button" class="link" onClick={() => show({ consumer: '' })}>
            Show all
          </button>
        </p>
      )}
      <WhenLoaded of={list}>
        {({ services }) => (
          <>
            <List api={api} state={state} services={services} onDone={list.reload} />
            {service === '' ? (
              services
                .filter(({ next }) => next !== undefined)
                .map((one) => (
                  <p key={one.service}>
                    <a href={linkTo(['operator', 'dead-letters'], { state, service: one.service, consumer })}>
                      All dead letters of {one.service}
                    </a>
                  </p>
                ))
            ) : (
              <Pager of={pages} next={services[0]?.next} labels={['First', 'Next']} />
            )}
          </>
        )}
      </WhenLoaded>
    </Page>
  );
};
