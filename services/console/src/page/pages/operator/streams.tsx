import { owners } from '@bankside/contracts/owners';
import { useMemo } from 'preact/hooks';
import type { ResponseOf } from '../../lib/api-types';
import { streamLink } from '../../lib/links';
import { typedIn } from '../../lib/text';
import { dateTimeOf } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page, Table } from '../../parts/basics';
import { InlineForm, LoadedCard, Pager, useFilters, useList } from '../../parts/loaded';
import { Button, Choice, Field } from '../../parts/forms';

const ROWS = 25;
/** A name of a stream of each service. */
const EXAMPLES: Readonly<Record<string, string>> = {
  accounts: 'account-1000000017',
  cards: 'card-400000000006',
  customers: 'customer-…',
  inventory: 'product-kind-of-blue',
  loans: 'loan-2000000019',
  orders: 'order-…',
  payments: 'payment-…',
};

type Streams = ResponseOf<'listStreams'>['streams'];

const Rows = ({ of, service }: { of: Streams; service: string }) => (
  <Table caption="Streams, the last changed first" head={['Stream', 'Revision', 'Last change']}>
    {of.map(({ stream, revision, at }) => (
      <tr key={stream}>
        <td>
          <a class="mono" href={streamLink(service, stream)}>
            {stream}
          </a>
        </td>
        <td>{revision}</td>
        <td>{dateTimeOf(at)}</td>
      </tr>
    ))}
  </Table>
);

/** The streams of a service, to browse without knowing an id. */
export const StreamList = ({ api, query }: PageProps) => {
  const { filters, show } = useFilters(query, ['service', 'contains']);
  const service = filters.service === '' ? 'accounts' : filters.service;
  const { contains } = filters;
  const { list, pages } = useList<ResponseOf<'listStreams'>>(
    { api, query },
    `/api/streams/${encodeURIComponent(service)}`,
    { limit: ROWS, contains },
  );
  const services = useMemo(() => owners.map((one) => [one, one] as const), []);
  return (
    <Page
      title="Streams"
      lead="Each aggregate has a stream of its own, whose commits are the truth. The last changed come first; every state of the past is a click away."
    >
      <Card>
        <InlineForm role="search" send={(form) => show({ contains: typedIn(form, 'contains') })}>
          <Choice
            label="Service"
            value={service}
            onChange={({ currentTarget }) => show({ service: currentTarget.value, contains: '' })}
            options={services}
          />
          <Field
            key={`${service} ${contains}`}
            label="Name contains"
            name="contains"
            type="search"
            defaultValue={contains}
            placeholder={EXAMPLES[service] ?? ''}
            autoComplete="off"
          />
          <Button type="submit">Filter</Button>
          {contains.includes('-') && (
            <Button onClick={() => goTo(streamLink(service, contains))}>Open {contains}</Button>
          )}
        </InlineForm>
      </Card>
      <LoadedCard title={`Streams of ${service}`} of={list}>
        {({ streams, next }) => (
          <>
            {streams.length === 0 ? (
              <Empty>
                {next === undefined
                  ? 'No stream has this name.'
                  : 'None among these commits: look at older ones.'}
              </Empty>
            ) : (
              <Rows of={streams} service={service} />
            )}
            <Pager of={pages} next={next} />
          </>
        )}
      </LoadedCard>
    </Page>
  );
};
