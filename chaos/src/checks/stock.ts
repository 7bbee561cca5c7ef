import { amount, groupBy, text, type Fact, type Facts } from '../facts';

/** What an event adds to the pieces on hand and to those reserved, by its quantity. */
const CHANGES: Readonly<Record<string, readonly [onHand: number, reserved: number]>> = {
  StockAdded: [1, 0],
  StockReserved: [0, 1],
  StockReleased: [0, -1],
  StockCommitted: [-1, -1],
};

const pieces = (facts: readonly Fact[]): string | undefined => {
  let [onHand, reserved] = [0, 0];
  for (const fact of facts) {
    const change = CHANGES[fact.type];
    if (change === undefined) continue;
    onHand += change[0] * amount(fact, 'quantity');
    reserved += change[1] * amount(fact, 'quantity');
    if (onHand < 0 || reserved < 0 || reserved > onHand)
      return `${fact.stream}: ${onHand} on hand and ${reserved} reserved at revision ${fact.revision}`;
    if (onHand !== amount(fact, 'onHand') || reserved !== amount(fact, 'reserved'))
      return `${fact.stream}: counted ${onHand} and ${reserved}, its event of revision ${fact.revision} says otherwise`;
  }
  return reserved === 0 ? undefined : `${facts[0]!.stream}: ${reserved} pieces are still reserved`;
};

type Line = Readonly<{ sku: string; quantity: number }>;

const orders = (facts: Facts): readonly string[] => {
  const keyOf = (fact: Fact): string => `${text(fact, 'orderId')} ${text(fact, 'sku')}`;
  const sold = groupBy(facts.of('StockCommitted'), keyOf);
  const confirmed = new Set(facts.of('OrderConfirmed').map((fact) => text(fact, 'orderId')));
  return facts.of('OrderPlaced').flatMap((order) => {
    const orderId = text(order, 'orderId');
    return (order.data['lines'] as readonly Line[]).flatMap(({ sku, quantity }) => {
      const due = confirmed.has(orderId) ? quantity : 0;
      const got = (sold.get(`${orderId} ${sku}`) ?? []).reduce(
        (sum, fact) => sum + amount(fact, 'quantity'),
        0,
      );
      return got === due ? [] : [`order ${orderId} is to get ${due} of ${sku} and got ${got}`];
    });
  });
};

/** Stock is never negative, equals its events, and is reserved for nobody any more; orders got their pieces or none. */
export const stockProblems = (facts: Facts): readonly string[] => {
  const products = groupBy(
    facts.all.filter(({ service }) => service === 'inventory'),
    ({ stream }) => stream,
  );
  return [...[...products.values()].flatMap((product) => pieces(product) ?? []), ...orders(facts)];
};
