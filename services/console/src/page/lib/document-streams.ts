/** A stream whose events a document of a view is made of; `about` keeps those that mention the document only. */
export type DocumentStream = Readonly<{ service: string; stream: string; about?: string }>;

type Fields = Readonly<Record<string, unknown>>;

const idsIn = (document: Fields, list: string, field: string): readonly string[] =>
  ((document[list] as readonly Fields[] | undefined) ?? []).map((one) => String(one[field]));

const payWithStream = (payWith: unknown, orderId: string): readonly DocumentStream[] => {
  const { account, card } = (payWith ?? {}) as Readonly<{ account?: string; card?: string }>;
  if (account !== undefined) return [{ service: 'accounts', stream: `account-${account}`, about: orderId }];
  return card === undefined ? [] : [{ service: 'cards', stream: `card-${card}`, about: orderId }];
};

const ofProfile = (customerId: string, document: Fields): readonly DocumentStream[] => [
  { service: 'customers', stream: `customer-${customerId}` },
  ...idsIn(document, 'accounts', 'accountNumber').map((id) => ({
    service: 'accounts',
    stream: `account-${id}`,
  })),
  ...idsIn(document, 'cards', 'cardNumber').map((id) => ({ service: 'cards', stream: `card-${id}` })),
  ...idsIn(document, 'loans', 'loanNumber').map((id) => ({ service: 'loans', stream: `loan-${id}` })),
  ...idsIn(document, 'orders', 'orderId').map((id) => ({ service: 'orders', stream: `order-${id}` })),
];

const ofOrder = (orderId: string, document: Fields): readonly DocumentStream[] => [
  { service: 'orders', stream: `order-${orderId}` },
  { service: 'payments', stream: `payment-${orderId}` },
  ...idsIn(document, 'lines', 'sku').map((sku) => ({
    service: 'inventory',
    stream: `product-${sku}`,
    about: orderId,
  })),
  ...payWithStream(document['payWith'], orderId),
];

const ofNumber = ({ number, kind }: Fields): readonly DocumentStream[] => {
  if (typeof number !== 'string') return [];
  return kind === 'card'
    ? [{ service: 'cards', stream: `card-${number}` }]
    : [{ service: 'accounts', stream: `account-${number}` }];
};

/** The streams whose events made a document. */
export const streamsOfDocument = (view: string, key: string, document: Fields): readonly DocumentStream[] => {
  if (view === 'customer-profile') return ofProfile(key, document);
  return view === 'order-status' ? ofOrder(key, document) : ofNumber(document);
};
