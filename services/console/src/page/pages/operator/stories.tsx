import type { Order, ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { linkOf } from '../../lib/links';
import { typedIn } from '../../lib/text';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page } from '../../parts/basics';
import { InlineForm, WhenLoaded } from '../../parts/loaded';
import { Button, Field } from '../../parts/forms';
import { OrderRows } from '../../parts/orders';

const REFRESH_MS = 3_000;
const SHOWN = 20;

const journeyOf = (correlationId: string): string => linkOf('story', correlationId, 'operator') ?? '';

/** The journeys of the latest orders, and of any request by its correlation id. */
export const Journeys = ({ api }: PageProps) => {
  const orders = useLoad(
    () => api.get<ResponseOf<'listOrders'>>(`/api/orders?limit=${SHOWN}`),
    [],
    REFRESH_MS,
  );
  const linkOfOrder = (all: readonly Order[]) => (orderId: string) =>
    journeyOf(all.find((one) => one.orderId === orderId)?.correlationId ?? '');
  return (
    <Page
      title="Journeys"
      lead="All that a request caused, in causal order. Every response names its journey in the header Correlation-Id."
    >
      <Card>
        <InlineForm send={(form) => goTo(journeyOf(typedIn(form, 'correlationId')))}>
          <Field label="Correlation-Id" name="correlationId" required autoComplete="off" />
          <Button type="submit" kind="main">
            Show
          </Button>
        </InlineForm>
      </Card>
      <Card title="Latest orders">
        <WhenLoaded of={orders}>
          {({ orders: all }) => {
            const known = all.filter(({ correlationId }) => correlationId !== undefined);
            return known.length === 0 ? (
              <Empty>No order has been placed yet.</Empty>
            ) : (
              <OrderRows of={known} linkOf={linkOfOrder(known)} />
            );
          }}
        </WhenLoaded>
      </Card>
    </Page>
  );
};
