import { ownerOnly, requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams, parseQuery } from '@bankside/http';
import { idOf, type CommandHandler, type EventStore } from '@bankside/kernel';
import { defined } from '@bankside/std';
import { Router, type Request, type Response } from 'express';
import { customer, type Customer, type CustomerCommand, type CustomerTypes } from '../domain/customer';
import { progressOf } from '../domain/number-change';
import { changeDetails } from '../use-cases';
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

const changeEndings = { 'roll-back': 'RollBackMobileNumber', settlement: 'SettleMobileNumber' } as const;
const customerEndings = { deactivation: 'DeactivateCustomer', forget: 'ForgetCustomer' } as const;

export const customerRoutes = ({ customers, store, now }: CustomerDeps): Router => {
  const router = Router();
  const change = changeDetails(customers);
  const respond = commandEndpoint<CustomerTypes>({ service: 'customers', now });
  const customerIdOf = (req: Request): string => parseParams(requests.customerPath, req.params).customerId;
  const execute = (req: Request, res: Response, command: CustomerCommand) =>
    respond(req, res, (context) => customers.handle(customerIdOf(req), command, context));

  router.post('/', tellerOnly, (req, res) => {
    const data = parseBody(requests.registration, req.body);
    const { customerId } = data;
    const command = { type: 'RegisterCustomer', data } as const;
    return respond(req, res, (context) => customers.handle(customerId, command, context), {
      status: 201,
      body: () => ({ customerId }),
    });
  });

  router.use('/:customerId', ownerOnly);

  router.patch('/:customerId', (req, res) => {
    const details = parseBody(requests.change, req.body);
    return respond(req, res, (context) => change(customerIdOf(req), details, context));
  });

  router.post('/:customerId/mobile-number/requests', (req, res) => {
    const data = parseBody(requests.numberRequest, req.body);
    return execute(req, res, { type: 'RequestMobileNumberChange', data });
  });
  router.post('/:customerId/mobile-number', (req, res) => {
    const data = defined(parseBody(requests.numberChange, req.body));
    return execute(req, res, { type: 'ChangeMobileNumber', data });
  });
  router.get('/:customerId/mobile-number/:changeId', async (req, res) => {
    const { customerId, changeId } = parseParams(requests.changePath, req.params);
    const progress = progressOf((await customers.load(customerId)).state, changeId);
    if (progress === undefined) throw notFound('change of the mobile number');
    res.json({ changeId, ...progress });
  });
  for (const [path, type] of Object.entries(changeEndings))
    router.post(`/:customerId/mobile-number/:changeId/${path}`, (req, res) => {
      const { changeId } = parseParams(requests.changePath, req.params);
      return execute(req, res, { type, data: { changeId } });
    });

  for (const [path, type] of Object.entries(customerEndings))
    router.post(`/:customerId/${path}`, (req, res) => execute(req, res, { type, data: {} }));

  router.get('/', async (req, res) => {
    const { mobileNumber } = parseQuery(requests.numberQuery, req.query);
    const stream = await store.ownerOf({ index: 'mobile', value: mobileNumber });
    if (stream === undefined) throw notFound('active customer with this mobile number');
    const { state } = await customers.load(idOf(customer, stream));
    // An open change holds both numbers, but only one of them is the customer's.
    if (state.status !== 'active' || state.mobileNumber !== mobileNumber)
      throw notFound('active customer with this mobile number');
    requireOwner(req, state.customerId);
    res.json(toResponse(state));
  });

  router.get('/:customerId', async (req, res) => {
    const { state, revision } = await customers.load(customerIdOf(req));
    res.set('ETag', `"${revision}"`).json(toResponse(state));
  });
  return router;
};
