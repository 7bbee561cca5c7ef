import type { ResponseOf } from '../../lib/api-types';
import { inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { AttentionCard } from '../../parts/attention-items';
import { Card, Empty, Page } from '../../parts/basics';
import { Choice } from '../../parts/forms';
import { Pager, useFilters, WhenLoaded, useList } from '../../parts/loaded';

const REFRESH_MS = 3_000;
const ROWS = 20;
const STATES = ['', 'open', 'recovered', 'resolved'] as const;
const KINDS = ['', 'saga', 'dead-letter', 'consumer', 'refund'] as const;

export const Attention = ({ api, query }: PageProps) => {
  const { filters, show } = useFilters(query, ['state', 'kind']);
  const { list, pages } = useList<ResponseOf<'listAttention'>>(
    { api, query },
    '/api/attention',
    { limit: ROWS, ...filters },
    REFRESH_MS,
  );
  return (
    <Page
      title="Needs a person"
      lead="Sagas that are blocked or ended unfinished, dead letters, and consumers that are stuck. Each stays here until an operator resolves it with a reason."
      aside={
        <>
          <Choice
            label="State"
            value={filters.state}
            onChange={({ currentTarget }) => show({ state: currentTarget.value })}
            options={STATES.map((one) => [one, one === '' ? 'Not resolved' : inWords(one)])}
          />
          <Choice
            label="Kind"
            value={filters.kind}
            onChange={({ currentTarget }) => show({ kind: currentTarget.value })}
            options={KINDS.map((one) => [one, one === '' ? 'All' : inWords(one)])}
          />
        </>
      }
    >
      <WhenLoaded of={list}>
        {({ items, open, recovered }) => (
          <div class="stack">
            <p role="status">
              <strong>{open}</strong> open, {recovered} recovered and not resolved yet
            </p>
            {items.length === 0 && (
              <Card>
                <Empty>Nothing here.</Empty>
              </Card>
            )}
            {items.map((item) => (
              <AttentionCard key={item.attentionId} api={api} of={item} onDone={list.reload} />
            ))}
          </div>
        )}
      </WhenLoaded>
      <Pager of={pages} next={list.data?.next} />
    </Page>
  );
};
