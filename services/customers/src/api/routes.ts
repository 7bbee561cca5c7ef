import { ownerOnly, requireOwner, requireTeller, tellerOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams, parseQuery } from '@bankside/http';
import { idOf, type CommandHandler, type EventStore } from '@bankside/kernel';
import { defined } from '@bankside/std';
import { Router, type Request, type Response } from 'express';
import { customer, type Customer, type CustomerCommand, type CustomerTypes } from '../domain/customer';
import { progressOf } from '../domain/number-change';
import { changeDetails } from '../use-cases';
import * as requests from './requests';

type CustomerDeps = Readonly<{
  customers: CommandHandler<CustomerTypes>;
  store: EventStore;
  now: () => Date;
}>;

const toResponse = (state: Customer) => {
  if (state.status === 'unregistered') throw notFound('customer');
  const { customerId } = state;
  if (state.status === 'forgotten') return { customerId, status: state.status };
  const { name, email, mobileNumber } = state;
  const status = state.status === 'active' && state.leaving !== undefined ? 'leaving' : state.status;
  return { customerId, status, name, email, mobileNumber };
};

const changeEndings = { 'roll-back': 'RollBackMobileNumber', settlement: 'SettleMobileNumber' } as const;
const closureSteps = {
  start: 'StartClosure',
  reversal: 'ReverseClosure',
  deactivation: 'DeactivateCustomer',
} as const;

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

  router.post('/:customerId/closures', (req, res) => {
    const { reason, ...data } = parseBody(requests.closureRequest, req.body);
    if (reason !== undefined || data.forget) requireTeller(req);
    return execute(req, res, {
      type: 'RequestClosure',
      data: { ...data, ...defined({ statement: reason }) },
    });
  });
  for (const [path, type] of Object.entries(closureSteps))
    router.post(`/:customerId/closures/${path}`, tellerOnly, (req, res) =>
      execute(req, res, { type, data: parseBody(requests.closure, req.body) }),
    );
  router.post('/:customerId/forget', tellerOnly, (req, res) =>
    execute(req, res, { type: 'ForgetCustomer', data: {} }),
  );

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
