import { useState } from 'preact/hooks';
import { summaryBy, wayNames, ways, type Way } from '../../lib/compose';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { duration } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Page, Problem, Waiting } from '../../parts/basics';
import { Button, Choice } from '../../parts/forms';
import { SummaryParts } from '../../parts/summary';

const REFRESH_MS = 5_000;

export const CustomerSummary = ({ api, session: { customerId = '' } }: PageProps) => {
  const [way, setWay] = useState<Way>('view');
  const { data, problem, reload, busy } = useLoad(
    () => summaryBy(api, way, customerId),
    [way, customerId],
    REFRESH_MS,
  );
  return (
    <Page
      title={data?.person.data?.name ?? 'Summary'}
      lead={data && `Composed by: ${wayNames[data.via].toLowerCase()}, in ${duration(data.tookMs)}.`}
      aside={
        <>
          <Choice
            label="Composed by"
            value={way}
            onChange={({ currentTarget }) => setWay(currentTarget.value as Way)}
            options={ways.map((one) => [one, wayNames[one]])}
          />
          <Button onClick={reload} busy={busy && data === undefined}>
            Refresh
          </Button>
        </>
      }
    >
      <Problem of={problem} retry={reload} />
      {data === undefined ? (
        problem === undefined && <Waiting />
      ) : (
        <SummaryParts of={data} orderLink={(orderId) => linkTo(['customer', 'orders', orderId])} />
      )}
    </Page>
  );
};
