import type { CommandHandler, EventStore } from '@bankside/kernel';
import { commandContext, executor, replyTo } from '@bankside/event-sourced';
import { defined } from '@bankside/std';
import { notFound, parseBody, parseParams, parseQuery } from '@bankside/http';
import { ownerOnly, requireOwner, staffOnly } from '@bankside/auth';
import { Router, type Request } from 'express';
import { customer, type Customer, type CustomerTypes } from '../domain/customer';
import { progressOf } from '../domain/number-change';
import * as requests from './requests';

export type CustomerDeps = Readonly<{
  customers: CommandHandler<CustomerTypes>;
  store: EventStore;
  now: () => Date;
}>;

const toResponse = (state: Customer) => {
  if (state.status === 'unregistered') throw notFound('customer');
  const { customerId, status } = state;
  if (status === 'forgotten') return { customerId, status };
  const { name, email, mobileNumber } = state;
  return { customerId, status, name, email, mobileNumber };
};

type Change = Readonly<{ name?: string | undefined; email?: string | undefined }>;

/** A change of both fields is two commands: each has an id of its own, made from that of the request. */
const commandsOf = ({ name, email }: Change): readonly (readonly [string, CustomerTypes['command']])[] => [
  ...(name === undefined ? [] : [['name', { type: 'RenameCustomer', data: { name } }] as const]),
  ...(email === undefined ? [] : [['email', { type: 'ChangeEmail', data: { email } }] as const]),
];

export const customerRoutes = ({ customers, store, now }: CustomerDeps): Router => {
  const router = Router();
  const execute = executor({ service: 'customers', handler: customers, now });
  const idOf = (req: Request): string => parseParams(requests.customerPath, req.params).customerId;

  router.post('/', staffOnly, (req, res) => {
    const data = parseBody(requests.registration, req.body);
    const { customerId } = data;
    const body = () => ({ customerId });
    return execute(req, res, {
      id: customerId,
      command: { type: 'RegisterCustomer', data },
      status: 201,
      body,
    });
  });

  router.use('/:customerId', ownerOnly);

  router.patch('/:customerId', async (req, res) => {
    const { expectedRevision, ...context } = commandContext(req, now);
    const commands = commandsOf(parseBody(requests.change, req.body));
    let expected = expectedRevision;
    let outcome;
    for (const [index, [field, command]] of commands.entries()) {
      // The first one bears the caller's own key, so that it is noticed when the key was used for something else.
      const commandId = index === 0 ? context.commandId : `${context.commandId}/${field}`;
      outcome = await customers.handle(idOf(req), command, {
        ...context,
        commandId,
        ...defined({ expectedRevision: expected }),
      });
      if (outcome.status !== 'accepted') break;
      expected = undefined; // The next one is meant for what the first has made.
    }
    if (outcome) replyTo(res, outcome, { service: 'customers', reply: { status: 200, body: () => ({}) } });
  });

  router.post('/:customerId/mobile-number/requests', (req, res) => {
    const data = parseBody(requests.numberRequest, req.body);
    return execute(req, res, { id: idOf(req), command: { type: 'RequestMobileNumberChange', data } });
  });
  router.post('/:customerId/mobile-number', (req, res) => {
    const data = defined(parseBody(requests.numberChange, req.body));
    return execute(req, res, { id: idOf(req), command: { type: 'ChangeMobileNumber', data } });
  });
  router.get('/:customerId/mobile-number/:changeId', async (req, res) => {
    const { customerId, changeId } = parseParams(requests.changePath, req.params);
    const progress = progressOf((await customers.load(customerId)).state, changeId);
    if (progress === undefined) throw notFound('change of the mobile number');
    res.json({ changeId, ...progress });
  });
  for (const [path, type] of [
    ['roll-back', 'RollBackMobileNumber'],
    ['settlement', 'SettleMobileNumber'],
  ] as const)
    router.post(`/:customerId/mobile-number/:changeId/${path}`, (req, res) => {
      const { customerId, changeId } = parseParams(requests.changePath, req.params);
      return execute(req, res, { id: customerId, command: { type, data: { changeId } } });
    });

  for (const [path, type] of [
    ['deactivation', 'DeactivateCustomer'],
    ['forget', 'ForgetCustomer'],
  ] as const)
    router.post(`/:customerId/${path}`, (req, res) =>
      execute(req, res, { id: idOf(req), command: { type, data: {} } }),
    );

  router.get('/', async (req, res) => {
    const { mobileNumber } = parseQuery(requests.numberQuery, req.query);
    const stream = await store.ownerOf({ index: 'mobile', value: mobileNumber });
    if (stream === undefined) throw notFound('active customer with this mobile number');
    const { state } = await customers.load(stream.slice(customer.streamOf('').length));
    // While a change is open both numbers are held; only one of them is the customer's.
    if (state.status !== 'active' || state.mobileNumber !== mobileNumber)
      throw notFound('active customer with this mobile number');
    requireOwner(req, state.customerId);
    res.json(toResponse(state));
  });

  router.get('/:customerId', async (req, res) => {
    const { state, revision } = await customers.load(idOf(req));
    res.set('ETag', `"${revision}"`).json(toResponse(state));
  });
  return router;
};
