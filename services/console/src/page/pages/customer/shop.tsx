import { useState } from 'preact/hooks';
import type { Account, Card as CreditCard, ResponseOf, Product } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { linkTo } from '../../lib/route';
import { goTo } from '../../lib/use-route';
import { inGroups } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page } from '../../parts/basics';
import { ActionForm, Choice, Field } from '../../parts/forms';
import { OnlyOne, useFilters, WhenLoaded } from '../../parts/loaded';

type Basket = Readonly<Record<string, number>>;

const Goods = ({
  of,
  basket,
  put,
}: {
  of: readonly Product[];
  basket: Basket;
  put: (sku: string, quantity: number) => void;
}) => (
  <div class="products">
    {of.map(({ sku, title, unitPriceCents, currency, free }) => (
      <div class={free === 0 ? 'product sold-out' : 'product'} key={sku} id={`product-${sku}`}>
        <div>
          <h3>{title}</h3>
          <span class="price">{money(unitPriceCents, currency)}</span>{' '}
          {free === 0 ? <Badge tone="bad">Sold out</Badge> : <Badge>{free} in stock</Badge>}
        </div>
        <Field
          label={`Quantity of ${title}`}
          type="number"
          min={0}
          max={free}
          disabled={free === 0}
          hint={(basket[sku] ?? 0) > free ? `Only ${free} in stock` : undefined}
          value={basket[sku] ?? 0}
          onInput={({ currentTarget }) => put(sku, Math.max(0, Math.floor(currentTarget.valueAsNumber || 0)))}
        />
      </div>
    ))}
  </div>
);

type PaymentOption = readonly [value: string, text: string, isOff: boolean];
type PlaceOrder = (values: Readonly<Record<string, string>>, key: string) => Promise<void>;

/** The accounts and cards of the customer. Those that cannot pay are shown, with the reason, and not offered. */
const paymentOptions = (
  accounts: readonly Account[],
  cards: readonly CreditCard[],
): readonly PaymentOption[] => [
  ...accounts.map(({ accountNumber, balanceCents, currency, status }): PaymentOption => [
    `account ${accountNumber}`,
    `Account ${inGroups(accountNumber)}: ${status === 'open' ? money(balanceCents, currency) : status}`,
    status !== 'open',
  ]),
  ...cards.map(({ cardNumber, availableCents, currency, status }): PaymentOption => [
    `card ${cardNumber}`,
    `Card ${inGroups(cardNumber)}: ${status === 'active' ? `${money(availableCents, currency)} available` : status}`,
    status !== 'active',
  ]),
];

type Chosen = readonly Readonly<{ product: Product; quantity: number }>[];

const Basketful = ({
  of,
  payWith,
  payer,
  choose,
  place,
}: {
  of: Chosen;
  payWith: readonly PaymentOption[];
  /** The chosen option. */
  payer: string;
  choose: (payer: string) => void;
  place: PlaceOrder;
}) => {
  if (of.length === 0) return <Empty>The basket is empty.</Empty>;
  const totalCents = of.reduce((sum, { product, quantity }) => sum + product.unitPriceCents * quantity, 0);
  const oneCurrency = new Set(of.map(({ product }) => product.currency)).size === 1;
  return (
    <>
      <ul class="rows">
        {of.map(({ product, quantity }) => (
          <li key={product.sku}>
            <span>
              {quantity} × {product.title}
            </span>
            <span>{money(quantity * product.unitPriceCents, product.currency)}</span>
          </li>
        ))}
      </ul>
      {oneCurrency && <p class="big">{money(totalCents, of[0]!.product.currency)}</p>}
      {!oneCurrency ? (
        <Empty>An order is in one currency. Take out the products in another one.</Empty>
      ) : totalCents === 0 ? (
        <ActionForm label="Place the order" submit={place}>
          <p class="small muted">There is nothing to pay.</p>
        </ActionForm>
      ) : payWith.every(([, , isOff]) => isOff) ? (
        <Empty>
          {payWith.length === 0
            ? 'You have neither an account nor a card to pay with.'
            : `None of yours can pay: ${payWith.map(([, text]) => text).join('; ')}.`}
        </Empty>
      ) : (
        <ActionForm label="Place the order" submit={place}>
          <Choice
            label="Pay with"
            name="payWith"
            value={payer}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
            options={payWith}
          />
        </ActionForm>
      )}
    </>
  );
};

export const Shop = ({ api, session: { customerId = '' }, query }: PageProps) => {
  const { filters, show } = useFilters(query, ['sku']);
  const [basket, setBasket] = useState<Basket>({});
  // Kept here, since the form begins again when the basket changes.
  const [payer, setPayer] = useState('');
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const goods = useLoad(() => api.all<Product>('/api/products', 'products'), []);
  const purse = useLoad(async () => {
    const [accounts, cards] = await Promise.all([
      api.all<Account>(`${at}/accounts`, 'accounts'),
      api.all<CreditCard>(`${at}/cards`, 'cards'),
    ]);
    return paymentOptions(accounts, cards);
  }, []);
  const chosen = (goods.data ?? [])
    .map((product) => ({ product, quantity: basket[product.sku] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);

  const place: PlaceOrder = async ({ payWith = '' }, key) => {
    const [kind = '', number] = payWith.split(' ', 2);
    const order = {
      customerId,
      lines: chosen.map(({ product, quantity }) => ({ sku: product.sku, quantity })),
      ...(kind !== '' && { payWith: { [kind]: number } }),
    };
    const { orderId } = await api.change<ResponseOf<'placeOrder'>>('POST', '/api/orders', key, order);
    goTo(linkTo(['customer', 'orders', orderId]));
  };

  return (
    <Page
      title="Shop"
      lead="An order is accepted at once. A saga then reserves the goods, authorizes the payment and captures it, or compensates every step."
    >
      <div class="grid side">
        <Card title="Goods">
          <WhenLoaded of={goods}>
            {(products) =>
              products.length === 0 ? (
                <Empty>
                  The shop is empty. A <a href="#/teller/products">teller</a> can stock it.
                </Empty>
              ) : (
                <>
                  <OnlyOne sku={filters.sku} showAll={() => show({ sku: '' })} />
                  <Goods
                    of={products.filter(({ sku }) => filters.sku === '' || sku === filters.sku)}
                    basket={basket}
                    put={(sku, quantity) => setBasket({ ...basket, [sku]: quantity })}
                  />
                </>
              )
            }
          </WhenLoaded>
        </Card>
        <Card title="Basket">
          <WhenLoaded of={purse}>
            {(payWith) => (
              <Basketful
                key={JSON.stringify(basket)}
                of={chosen}
                payWith={payWith}
                payer={payer === '' ? (payWith.find(([, , isOff]) => !isOff)?.[0] ?? '') : payer}
                choose={setPayer}
                place={place}
              />
            )}
          </WhenLoaded>
        </Card>
      </div>
    </Page>
  );
};
