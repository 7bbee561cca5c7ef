import type { Product } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { centsOf, money } from '../../lib/money';
import { addSampleProducts } from '../../lib/samples';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem, Table, Waiting } from '../../parts/basics';
import { OnlyOne, useFilters } from '../../parts/loaded';
import { ActionButton, ActionForm, Choice, Field, Money } from '../../parts/forms';

const REFRESH_MS = 5_000;

export const Products = ({ api, query }: PageProps) => {
  const { filters, show } = useFilters(query, ['sku']);
  const { data, problem, reload } = useLoad(
    () => api.all<Product>('/api/products', 'products'),
    [],
    REFRESH_MS,
  );
  const products = data ?? [];
  return (
    <Page
      title="Products"
      lead="Reserved and free add up to on hand."
      aside={
        <ActionButton label="Add sample products" submit={() => addSampleProducts(api)} onDone={reload} />
      }
    >
      <div class="grid side">
        <Card title="Catalogue">
          <Problem of={problem} retry={reload} />
          {data === undefined && problem === undefined && <Waiting />}
          {data && products.length === 0 && <Empty>The shop is empty.</Empty>}
          <OnlyOne sku={filters.sku} showAll={() => show({ sku: '' })} />
          {products.length > 0 && (
            <Table caption="Catalogue" head={['Product', 'Price', 'On hand', 'Reserved', 'Free']}>
              {products
                .filter(({ sku }) => filters.sku === '' || sku === filters.sku)
                .map(({ sku, title, unitPriceCents, currency, onHand, reserved, free }) => (
                  <tr key={sku}>
                    <td>
                      {title} <code class="muted">{sku}</code>
                      {free === 0 && <Badge tone="bad">Sold out</Badge>}
                    </td>
                    <td>{money(unitPriceCents, currency)}</td>
                    <td>{onHand}</td>
                    <td>{reserved}</td>
                    <td>{free}</td>
                  </tr>
                ))}
            </Table>
          )}
        </Card>
        <div class="stack">
          <Card title="Restock">
            <ActionForm
              label="Add stock"
              done="Stock added."
              onDone={reload}
              submit={({ sku = '', quantity }, key) =>
                api.change('POST', `/api/products/${encodeURIComponent(sku)}/stock`, key, {
                  quantity: Number(quantity),
                })
              }
            >
              <Choice label="Product" name="sku" options={products.map(({ sku, title }) => [sku, title])} />
              <Field label="Quantity" name="quantity" type="number" min={1} required />
            </ActionForm>
          </Card>
          <Card title="New product">
            <ActionForm
              label="Add"
              done="Added, with no stock."
              onDone={reload}
              submit={({ sku, title, amount = '' }, key) =>
                api.change('POST', '/api/products', key, { sku, title, unitPriceCents: centsOf(amount) })
              }
            >
              <Field label="Title" name="title" required />
              <Field label="Stock keeping unit" name="sku" required hint="Letters, digits, - and ." />
              <Money label="Unit price" />
            </ActionForm>
          </Card>
        </div>
      </div>
    </Page>
  );
};
