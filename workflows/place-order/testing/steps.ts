import type { Step, StepOf } from '@bankside/saga/testing';

const reservation = { thing: 'reservation' };
const payment = { thing: 'payment' };
const money = { thing: 'money' };
const order = { thing: 'order' };

const STEPS: readonly Step[] = [
  {
    name: 'reserve',
    route: /^\/inventory\/products\/([^/]+)\/reservations$/,
    ...reservation,
    to: 'held',
    unless: ['released'],
  },
  {
    name: 'release',
    route: /^\/inventory\/products\/([^/]+)\/reservations\/([^/]+)\/release$/,
    ...reservation,
    to: 'released',
  },
  {
    name: 'commit',
    route: /^\/inventory\/products\/([^/]+)\/reservations\/([^/]+)\/commitment$/,
    ...reservation,
    to: 'committed',
    unless: ['released'],
  },
  { name: 'authorize', route: /^\/payments\/payments$/, ...payment, to: 'authorized', unless: ['voided'] },
  {
    name: 'void',
    route: /^\/payments\/payments\/([^/]+)\/void$/,
    ...payment,
    to: 'voided',
    unless: ['captured'],
  },
  {
    name: 'capture',
    route: /^\/payments\/payments\/([^/]+)\/capture$/,
    ...payment,
    to: 'captured',
    unless: ['voided'],
  },
  {
    name: 'withdraw',
    route: /^\/accounts\/accounts\/\d{10}\/withdrawals$/,
    ...money,
    to: 'taken',
    unless: ['returned'],
  },
  {
    name: 'cancel-withdrawal',
    route: /^\/accounts\/accounts\/\d{10}\/withdrawals\/([^/]+)\/cancellation$/,
    ...money,
    to: 'returned',
  },
  { name: 'charge', route: /^\/cards\/cards\/\d{12}\/charges$/, ...money, to: 'taken', unless: ['returned'] },
  {
    name: 'cancel-charge',
    route: /^\/cards\/cards\/\d{12}\/charges\/([^/]+)\/cancellation$/,
    ...money,
    to: 'returned',
  },
  {
    name: 'confirm',
    route: /^\/orders\/orders\/([^/]+)\/confirmation$/,
    ...order,
    to: 'confirmed',
    unless: ['rejected', 'cancelled'],
  },
  {
    name: 'reject',
    route: /^\/orders\/orders\/([^/]+)\/rejection$/,
    ...order,
    to: 'rejected',
    unless: ['confirmed'],
  },
  {
    name: 'cancel',
    route: /^\/orders\/orders\/([^/]+)\/cancellation$/,
    ...order,
    to: 'cancelled',
    unless: ['confirmed'],
  },
];

/** Which step a request is, and the thing of which order it is about. */
export const stepOf: StepOf = (path, body) => {
  for (const step of STEPS) {
    const match = step.route.exec(path);
    if (match === null) continue;
    const ids = match.slice(1);
    const [sku] = step.thing === 'reservation' ? ids.splice(0, 1) : [];
    const orderId = ids[0] ?? String(body['orderId']);
    return { step, thing: [step.thing, ...(sku === undefined ? [] : [sku]), orderId].join('/') };
  }
  return undefined;
};
