import type { OrderState } from '@bankside/contracts/states';
import { groupBy } from '@bankside/std';

/** A read of an order's state. */
export type OrderRead = Readonly<{
  client: string;
  begunMs: number;
  endedMs: number;
  orderId: string;
  state: string;
}>;

/** The states that may follow each state, in one step or several. */
const LATER: Readonly<Record<OrderState, readonly OrderState[]>> = {
  placed: ['held', 'confirmed', 'rejected', 'cancelled', 'partly-returned', 'returned'],
  held: ['confirmed', 'rejected', 'cancelled', 'partly-returned', 'returned'],
  confirmed: ['partly-returned', 'returned'],
  'partly-returned': ['returned'],
  rejected: [],
  cancelled: [],
  returned: [],
};

const isState = (text: string): text is OrderState => Object.hasOwn(LATER, text);

/** Orders move only along their states, and a client that reads an order again never sees it move back. */
export const orderStateProblems = (reads: readonly OrderRead[]): readonly string[] =>
  [...groupBy(reads, ({ client, orderId }) => `${client} ${orderId}`).values()].flatMap((session) => {
    const inOrder = session.toSorted((a, b) => a.begunMs - b.begunMs);
    return inOrder.flatMap(({ client, orderId, state }, at) => {
      if (!isState(state)) return [`${client} read ${orderId} as ${state}, which is no state`];
      const before = inOrder[at - 1]?.state ?? state;
      return before === state || !isState(before) || LATER[before].includes(state)
        ? []
        : [`${client} read ${orderId} as ${before}, then as ${state}`];
    });
  });
