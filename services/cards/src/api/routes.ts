import { customerScope, requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint, listOfCustomer, type ServiceDeps } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams } from '@bankside/http';
import { idOf, type CommandHandler } from '@bankside/kernel';
import type { CustomerReplica, FindNumbersOfCustomer } from '@bankside/replicas';
import { defined } from '@bankside/std';
import { operationIdFrom } from '@bankside/std/ids';
import { Router, type Request } from 'express';
import { card, type Card, type CardEvent, type CardTypes } from '../domain/card';
import { cardUseCases } from '../use-cases';
import * as requests from './requests';

type CardDeps = Readonly<{
  cards: CommandHandler<CardTypes>;
  customers: CustomerReplica;
  numbersOf: FindNumbersOfCustomer;
  catchUp: ServiceDeps['catchUp'];
  now: () => Date;
}>;

/** The credit after a command, or nothing if the command changed nothing. */
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

export const cardRoutes = ({ cards, customers, numbersOf, catchUp, now }: CardDeps): Router => {
  const router = Router();
  const { issueCard, cancelCharge } = cardUseCases({ cards, customers });
  const respond = commandEndpoint<CardTypes>({ service: 'cards', now });
  const numberOf = (req: Request): string => parseParams(requests.cardPath, req.params).cardNumber;

  router.post('/', tellerOnly, (req, res) => {
    const issuing = parseBody(requests.issuing, req.body);
    return respond(req, res, (context) => issueCard(issuing, context), {
      status: 201,
      body: (_events, stream) => ({ cardNumber: idOf(card, stream) }),
    });
  });

  router.post('/:cardNumber/charges', (req, res) => {
    const { chargeId = operationIdFrom('charge', idempotencyKey(req)), ...rest } = parseBody(
      requests.charge,
      req.body,
    );
    const customerId = customerScope(req) ?? rest.customerId; // A customer's token overrides the body.
    const command = { type: 'ChargeCard', data: { chargeId, ...defined({ ...rest, customerId }) } } as const;
    return respond(req, res, (context) => cards.handle(numberOf(req), command, context), {
      status: 201,
      body: (events) => ({ chargeId, ...creditAfter(events) }),
    });
  });

  router.post('/:cardNumber/charges/:chargeId/cancellation', tellerOnly, (req, res) => {
    const charge = parseParams(requests.chargePath, req.params);
    return respond(req, res, (context) => cancelCharge(charge, context), { body: creditAfter });
  });

  router.post('/:cardNumber/refunds', tellerOnly, (req, res) => {
    const command = { type: 'CreditRefund', data: parseBody(requests.refund, req.body) } as const;
    return respond(req, res, (context) => cards.handle(numberOf(req), command, context), {
      body: creditAfter,
    });
  });

  router.post('/:cardNumber/payments', tellerOnly, (req, res) => {
    const { paymentId = operationIdFrom('card-payment', idempotencyKey(req)), ...rest } = parseBody(
      requests.payment,
      req.body,
    );
    const command = { type: 'PayCard', data: { paymentId, ...defined(rest) } } as const;
    return respond(req, res, (context) => cards.handle(numberOf(req), command, context), {
      status: 201,
      body: (events) => ({ paymentId, ...creditAfter(events) }),
    });
  });

  router.post('/:cardNumber/block', tellerOnly, (req, res) =>
    respond(req, res, (context) => cards.handle(numberOf(req), { type: 'BlockCard', data: {} }, context)),
  );

  router.get(
    '/',
    listOfCustomer({
      service: 'cards',
      idOf: customers.idOf,
      numbersOf,
      read: async (number) => toResponse((await cards.load(number)).state),
      catchUp,
    }),
  );

  router.get('/:cardNumber', async (req, res) => {
    const { state, revision } = await cards.load(numberOf(req));
    const response = toResponse(state);
    requireOwner(req, response.customerId);
    res.set('ETag', `"${revision}"`).json(response);
  });
  return router;
};
