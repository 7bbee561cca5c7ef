import { customerScope, tellerOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import { defined } from '@bankside/std';
import { operationIdFrom } from '@bankside/std/ids';
import { Router, type Request } from 'express';
import type { AccountTypes, TransferLimit } from '../domain/account';
import type { Requested, TransferTypes } from '../domain/transfer';
import { requestTransfer } from '../request-transfer';
import * as requests from './requests';

type TransferDeps = Readonly<{
  accounts: CommandHandler<AccountTypes>;
  transfers: CommandHandler<TransferTypes>;
  now: () => Date;
  limitToday: () => TransferLimit;
}>;

/** Whose transfer it is, as far as this request may see it: the recipient sees it once it is completed. */
const isVisible = (req: Request, { customerId, recipientId, status }: Requested): boolean => {
  const scope = customerScope(req);
  return scope === undefined || scope === customerId || (scope === recipientId && status === 'completed');
};

/** Without the ids of customers: account numbers are all that the parties learn of each other. */
const toResponse = ({ customerId: _sender, recipientId: _recipient, ...transfer }: Requested) => transfer;

export const transferRoutes = ({ accounts, transfers, now, limitToday }: TransferDeps): Router => {
  const router = Router();
  const request = requestTransfer({ accounts, transfers });
  const respond = commandEndpoint<TransferTypes>({ service: 'accounts', now });
  const idOf = (req: Request): string => parseParams(requests.transferPath, req.params).transferId;
  const find = async (req: Request, transferId: string): Promise<Requested | undefined> => {
    const { state } = await transfers.load(transferId);
    return state.status === 'unrequested' || !isVisible(req, state) ? undefined : state;
  };

  router.post('/', (req, res) => {
    const body = parseBody(requests.transfer, req.body);
    const transferId = operationIdFrom('transfer', idempotencyKey(req));
    const customerId = customerScope(req) ?? body.customerId; // A customer's token overrides the body.
    const transfer = { transferId, ...defined({ ...body, customerId }), limit: limitToday() };
    return respond(req, res, (context) => request(transfer, context), {
      status: 201,
      body: ([event]) => ({
        transferId,
        ...(event?.type === 'TransferRequested' && { customerId: event.data.customerId }),
      }),
    });
  });

  router.post('/:transferId/completion', tellerOnly, (req, res) =>
    respond(req, res, (context) =>
      transfers.handle(idOf(req), { type: 'CompleteTransfer', data: {} }, context),
    ),
  );

  router.post('/:transferId/rejection', tellerOnly, (req, res) => {
    const data = parseBody(requests.transferRejection, req.body);
    return respond(req, res, (context) =>
      transfers.handle(idOf(req), { type: 'RejectTransfer', data }, context),
    );
  });

  /** Those of the given transfers that exist and that the request may see. */
  router.get('/', async (req, res) => {
    const { ids } = parseQuery(requests.transferIds, req.query);
    const found = await Promise.all([...new Set(ids)].map((id) => find(req, id)));
    res.json({ transfers: found.flatMap((transfer) => transfer ?? []).map(toResponse) });
  });

  router.get('/:transferId', async (req, res) => {
    const transferId = idOf(req);
    const found = await find(req, transferId);
    if (found === undefined) throw notFound(`transfer ${transferId}`);
    res.json(toResponse(found));
  });
  return router;
};
