import type { CustomerReplica, FindNumbersOfCustomer } from '@bankside/replicas';
import { foldHistory, type CommandHandler } from '@bankside/kernel';
import { customerScope, requireOwner, staffOnly } from '@bankside/auth';
import { defined } from '@bankside/std';
import { digitsFrom, luhnDigit, uuidFrom } from '@bankside/std/ids';
import { executor, numberedExecutor } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, rejection } from '@bankside/http';
import { Router, type Request } from 'express';
import type { Card, CardTypes, CardEvent } from '../domain/card';
import { needsHistory, pastCharge } from '../domain/charge-history';
import * as requests from './requests';

export type CardDeps = Readonly<{
  cards: CommandHandler<CardTypes>;
  customers: CustomerReplica;
  numbersOf: FindNumbersOfCustomer;
  now: () => Date;
}>;

/** Twelve digits: one for cards, ten that are drawn, one that checks the others. */
const drawCardNumber = (seed: string): string => {
  const digits = `4${digitsFrom(seed, 10)}`;
  return digits + luhnDigit(digits);
};

/** The credit after a command; a repeat that had nothing to add tells none. */
const creditAfter = (events: readonly CardEvent[]): object => {
  const data = events.at(-1)?.data;
  if (data === undefined || !('usedCents' in data)) return {};
  return { limitCents: data.limitCents, usedCents: data.usedCents, availableCents: data.availableCents };
};

const toResponse = (state: Card) => {
  if (state.status === 'unissued') throw notFound('card');
  const { cardNumber, customerId, currency, status, limitCents, usedCents } = state;
  const availableCents = limitCents - usedCents;
  return { cardNumber, customerId, currency, status, limitCents, usedCents, availableCents };
};

/** What the whole history says of a charge, when the state may have forgotten it. */
const pastChargeOf = async (cards: CardDeps['cards'], cardNumber: string, chargeId: string) => {
  const { state } = await cards.load(cardNumber);
  if (!needsHistory(state, chargeId)) return undefined;
  return foldHistory(cards, cardNumber, undefined, pastCharge(chargeId));
};

export const cardRoutes = ({ cards, customers, numbersOf, now }: CardDeps): Router => {
  const router = Router();
  const options = { service: 'cards', handler: cards, now } as const;
  const [execute, give] = [executor(options), numberedExecutor(options)];
  const numberOf = (req: Request): string => parseParams(requests.cardPath, req.params).cardNumber;

  router.post('/', staffOnly, async (req, res) => {
    const { customerId, ...rest } = parseBody(requests.issuing, req.body);
    const customer = await customers.find(customerId);
    if (customer === undefined) throw rejection('customer-not-found');
    if (!customer.active) throw rejection('customer-not-active');
    await give(req, res, {
      draw: drawCardNumber,
      command: (cardNumber) => ({ type: 'IssueCard', data: { cardNumber, customerId, ...rest } }),
      taken: 'card-number-taken',
      body: (cardNumber) => ({ cardNumber }),
    });
  });

  router.post('/:cardNumber/charges', (req, res) => {
    const { chargeId = uuidFrom(idempotencyKey(req)), ...rest } = parseBody(requests.charge, req.body);
    const customerId = customerScope(req) ?? rest.customerId; // A customer's own claim counts for nothing.
    const command = { type: 'ChargeCard', data: { chargeId, ...defined({ ...rest, customerId }) } } as const;
    const body = (events: readonly CardEvent[]) => ({ chargeId, ...creditAfter(events) });
    return execute(req, res, { id: numberOf(req), command, status: 201, body });
  });

  router.post('/:cardNumber/charges/:chargeId/cancellation', staffOnly, async (req, res) => {
    const { cardNumber, chargeId } = parseParams(requests.chargePath, req.params);
    const past = await pastChargeOf(cards, cardNumber, chargeId);
    const command = { type: 'CancelCharge', data: defined({ chargeId, past }) } as const;
    await execute(req, res, { id: cardNumber, command, body: creditAfter });
  });

  router.post('/:cardNumber/payments', staffOnly, (req, res) => {
    const { paymentId = uuidFrom(idempotencyKey(req)), ...rest } = parseBody(requests.payment, req.body);
    const command = { type: 'PayCard', data: { paymentId, ...defined(rest) } } as const;
    const body = (events: readonly CardEvent[]) => ({ paymentId, ...creditAfter(events) });
    return execute(req, res, { id: numberOf(req), command, status: 201, body });
  });

  router.post('/:cardNumber/block', staffOnly, (req, res) =>
    execute(req, res, { id: numberOf(req), command: { type: 'BlockCard', data: {} } }),
  );

  router.get('/', async (req, res) => {
    const holder = parseQuery(requests.holderQuery, req.query);
    const customerId = await customers.idOf(holder);
    if (customerId === undefined) throw notFound('active customer with this mobile number');
    requireOwner(req, customerId);
    const states = await Promise.all((await numbersOf(customerId)).map((number) => cards.load(number)));
    res.json({ cards: states.map(({ state }) => toResponse(state)) });
  });

  router.get('/:cardNumber', async (req, res) => {
    const { state, revision } = await cards.load(numberOf(req));
    const view = toResponse(state);
    requireOwner(req, view.customerId);
    res.set('ETag', `"${revision}"`).json(view);
  });
  return router;
};
