import type { Api } from '../../lib/api';
import type { ResponseOf } from '../../lib/api-types';
import { streamsOfDocument, type DocumentStream } from '../../lib/document-streams';
import { useLoad } from '../../lib/hooks';
import { counted, inWords } from '../../lib/in-words';
import { streamLink } from '../../lib/links';
import { ApiProblem } from '../../lib/problem';
import { linkTo } from '../../lib/route';
import { typedIn } from '../../lib/text';
import { dateTimeOf, exactTimeOf } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Empty, Facts, Page } from '../../parts/basics';
import { Data } from '../../parts/data';
import { InlineForm, LoadedCard, WhenLoaded } from '../../parts/loaded';
import { Button, Choice, Field } from '../../parts/forms';
import { OrderRows } from '../../parts/orders';
import { allCommits, streamPath, type Commit } from './time-travel';

type Document = ResponseOf<'readDocument'>;
type Source = DocumentStream & Readonly<{ commits: readonly Commit[] }>;
type Sources = Readonly<{ found: readonly Source[]; missing: readonly string[] }>;

const mentions = ({ events, commandId }: Commit, id: string): boolean =>
  commandId.includes(id) || events.some(({ data }) => Object.values(data).includes(id));

/** The commits of each stream; a service that does not respond hides its own only. */
const sourcesOf = async (api: Api, streams: readonly DocumentStream[]): Promise<Sources> => {
  const missing = new Set<string>();
  const found = await Promise.all(
    streams.map(async (one): Promise<Source> => {
      const commits = await allCommits(api, streamPath(one.service, one.stream)).catch((error: unknown) => {
        if (!(error instanceof ApiProblem && error.body.status === 404)) missing.add(one.service);
        return [];
      });
      const { about } = one;
      return {
        ...one,
        commits: about === undefined ? commits : commits.filter((commit) => mentions(commit, about)),
      };
    }),
  );
  return { found, missing: [...missing] };
};

const Events = ({ of: { found, missing } }: { of: Sources }) => {
  const rows = found
    .flatMap(({ service, commits }) => commits.map((commit) => ({ service, commit })))
    .toSorted((a, b) => (a.commit.at < b.commit.at ? 1 : -1));
  return (
    <>
      {missing.length > 0 && (
        <p class="problem" role="alert">
          Those of {missing.join(', ')} are missing, because no response was received.
        </p>
      )}
      {rows.length === 0 && <Empty>No commit is known.</Empty>}
      <ol class="history tall">
        {rows.map(({ service, commit: { stream, revision, at, events } }) => (
          <li key={`${stream}@${revision}`} class="plain">
            <div>
              <strong>{events.map(({ type }) => type).join(', ')}</strong>{' '}
              <span class="small muted" title={dateTimeOf(at)}>
                {exactTimeOf(at)}
              </span>
              <br />
              <a class="small mono" href={streamLink(service, stream, revision)}>
                {stream}@{revision}
              </a>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
};

const DocumentCard = ({ of: { document, version, changes, applied } }: { of: Document }) => (
  <Card title="Document">
    <Facts
      of={[
        ['Version of the view', version],
        ['Written', counted(changes, 'time')],
        [
          'Read up to',
          Object.entries(applied).map(([feed, position]) => (
            <div key={feed} class="mono small">
              {feed} {position}
            </div>
          )),
        ],
      ]}
    />
    <Data label="Document" of={document} role="operator" />
  </Card>
);

/** A document of a view, beside the events that made it. */
export const DocumentPage = ({ api, params: { view = '', key = '' } }: PageProps) => {
  const stored = useLoad(
    () =>
      api.get<Document>(`/api/projections/${encodeURIComponent(view)}/documents/${encodeURIComponent(key)}`),
    [view, key],
  );
  const streams = stored.data && streamsOfDocument(view, key, stored.data.document);
  const sources = useLoad(
    async () => (streams === undefined ? undefined : sourcesOf(api, streams)),
    [stored.data?.changes, key],
  );
  return (
    <Page
      title={`Document of ${inWords(view).toLowerCase()}`}
      lead={
        <>
          <code>{key}</code>, beside the commits from whose events it was folded.
        </>
      }
    >
      <div class="grid two">
        <WhenLoaded of={stored}>{(data) => <DocumentCard of={data} />}</WhenLoaded>
        <LoadedCard title="Commits behind it, newest first" of={sources}>
          {(data) =>
            streams?.length === 0 ? (
              <Empty>This document is folded from events of very many streams. See the events.</Empty>
            ) : (
              <Events of={data} />
            )
          }
        </LoadedCard>
      </div>
    </Page>
  );
};

/** Chooses a document: by view and key, or of a recent order. */
export const Documents = ({ api }: PageProps) => {
  const views = useLoad(() => api.get<ResponseOf<'listProjections'>>('/api/projections'), []);
  const orders = useLoad(() => api.get<ResponseOf<'listOrders'>>('/api/orders?limit=15'), []);
  return (
    <Page title="Documents" lead="What the views have stored, beside the events that it was made of.">
      <LoadedCard title="By key" of={views}>
        {({ projections }) => (
          <InlineForm
            send={(form) =>
              goTo(linkTo(['operator', 'documents', typedIn(form, 'view'), typedIn(form, 'key')]))
            }
          >
            <Choice
              label="View"
              name="view"
              options={projections.map(({ name }) => [name, inWords(name)] as const)}
            />
            <Field
              label="Key"
              name="key"
              required
              autoComplete="off"
              hint="Id of the customer or order, currency"
            />
            <Button type="submit" kind="main">
              Show
            </Button>
          </InlineForm>
        )}
      </LoadedCard>
      <LoadedCard title="Recent orders" of={orders}>
        {(data) =>
          data.orders.length === 0 ? (
            <Empty>No order yet.</Empty>
          ) : (
            <OrderRows
              of={data.orders}
              linkOf={(id) => linkTo(['operator', 'documents', 'order-status', id])}
            />
          )
        }
      </LoadedCard>
    </Page>
  );
};
