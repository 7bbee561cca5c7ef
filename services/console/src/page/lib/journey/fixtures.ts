import type { CommitEntry, StepEntry, Story } from './story';

const ORIGIN = Date.parse('2026-11-26T12:00:00.000Z');
const at = (ms: number): string => new Date(ORIGIN + ms).toISOString();
const CORRELATION = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
const SAGA = 'saga/o-1';
const VIEWS = ['bank-totals', 'customer-profile', 'journal', 'order-status', 'statement'];

/** When the commit of a service is shown by its own clock, in milliseconds after the click. */
type Clock = (service: string, ms: number) => number;
type Options = Readonly<{ clock?: Clock; lost?: boolean }>;

const kebab = (type: string): string =>
  type.replaceAll(/(?<!^)[A-Z]/g, (one) => `-${one.toLowerCase()}`).toLowerCase();

const commitMaker =
  ({ clock = (_service, ms) => ms, lost = false }: Options) =>
  (name: string, ms: number, causedBy: string, position: number): CommitEntry => {
    const [service = '', stream = '', revision = '', type = ''] = name.split(' ');
    const own = (later: number): string => at(clock(service, ms) + later);
    return {
      kind: 'commit',
      id: `${service}/${stream}@${revision}`,
      causedBy,
      at: own(0),
      service,
      stream,
      revision: Number(revision),
      events: [type],
      commandId: causedBy.startsWith('saga/') ? causedBy : 'request/teller-1/k1',
      actor: 'customer c-1',
      trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      fedAt: own(5),
      published: [
        {
          id: `${service}/0/${position}`,
          type: `${service}.${kebab(type)}.v1`,
          publishedAt: own(8),
          consumers: [
            ...(service === 'orders' && position === 1 ? ['worker'] : []),
            ...VIEWS.slice(service === 'inventory' ? 3 : 0, service === 'inventory' ? 4 : 5),
          ].map((consumer, index) => ({
            service: consumer === 'worker' ? 'worker' : 'projection',
            consumer,
            at: at(ms + (lost ? 1_200 : 17 + index * 3)),
            how: lost ? ('pulled' as const) : ('delivered' as const),
          })),
          deadLetters: [],
        },
      ],
    };
  };

const step = (name: string, service: string, from: number, to: number): StepEntry => ({
  kind: 'step',
  id: `${SAGA}/${name}`,
  causedBy: SAGA,
  at: at(from),
  endedAt: at(to),
  step: name,
  service,
  state: 'done',
  attempts: 1,
});

const request = {
  at: at(0),
  endedAt: at(22),
  operation: 'placeOrder',
  method: 'POST',
  path: '/api/orders',
  status: 202,
};
const base = { correlationId: CORRELATION, complete: true, missing: [], notKept: [], requests: [request] };

/** An order that is confirmed. */
export const confirmedStory = (options: Options = {}): Story => {
  const commit = commitMaker(options);
  const later = options.lost ? 1_200 : 0;
  return {
    ...base,
    entries: [
      commit('orders order-o-1 1 OrderPlaced', 9, CORRELATION, 1),
      {
        kind: 'saga',
        id: SAGA,
        causedBy: 'orders/0/1',
        at: at(30 + later),
        endedAt: at(150 + later),
        sagaId: 'o-1',
        saga: 'place-order',
        state: 'confirmed',
      },
      step('reserve/cd-1495', 'inventory', 38 + later, 52 + later),
      commit('inventory product-cd-1495 7 StockReserved', 45 + later, `${SAGA}/reserve/cd-1495`, 11),
      step('authorize', 'payments', 40 + later, 60 + later),
      commit('payments payment-o-1 1 PaymentAuthorized', 51 + later, `${SAGA}/authorize`, 21),
      step('withdraw', 'accounts', 63 + later, 82 + later),
      commit('accounts account-1000000017 5 MoneyWithdrawn', 74 + later, `${SAGA}/withdraw`, 31),
      step('commit/cd-1495', 'inventory', 84 + later, 101 + later),
      commit('inventory product-cd-1495 8 StockCommitted', 92 + later, `${SAGA}/commit/cd-1495`, 12),
      step('capture', 'payments', 86 + later, 108 + later),
      commit('payments payment-o-1 2 PaymentCaptured', 99 + later, `${SAGA}/capture`, 22),
      step('confirm', 'orders', 112 + later, 132 + later),
      commit('orders order-o-1 2 OrderConfirmed', 121 + later, `${SAGA}/confirm`, 2),
    ],
  };
};

/** An order whose payment is refused after the goods were reserved. */
export const rejectedStory = (options: Options = {}): Story => {
  const commit = commitMaker(options);
  const undo = (name: string, service: string, of: string, times: readonly [number, number]): StepEntry => ({
    ...step(name, service, ...times),
    compensates: `${SAGA}/${of}`,
  });
  return {
    ...base,
    entries: [
      commit('orders order-o-1 1 OrderPlaced', 9, CORRELATION, 1),
      {
        kind: 'saga',
        id: SAGA,
        causedBy: 'orders/0/1',
        at: at(30),
        endedAt: at(160),
        sagaId: 'o-1',
        saga: 'place-order',
        state: 'rejected',
      },
      step('reserve/cd-1495', 'inventory', 38, 52),
      commit('inventory product-cd-1495 7 StockReserved', 45, `${SAGA}/reserve/cd-1495`, 11),
      step('authorize', 'payments', 40, 60),
      commit('payments payment-o-1 1 PaymentAuthorized', 51, `${SAGA}/authorize`, 21),
      { ...step('withdraw', 'accounts', 63, 80), state: 'rejected', note: 'insufficient-funds' },
      undo('void', 'payments', 'authorize', [84, 104]),
      commit('payments payment-o-1 2 PaymentVoided', 95, `${SAGA}/void`, 22),
      undo('release/cd-1495', 'inventory', 'reserve/cd-1495', [106, 124]),
      commit('inventory product-cd-1495 8 StockReleased', 116, `${SAGA}/release/cd-1495`, 12),
      step('reject', 'orders', 126, 150),
      commit('orders order-o-1 2 OrderRejected', 139, `${SAGA}/reject`, 2),
    ],
  };
};
