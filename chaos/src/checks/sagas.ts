import type { ApiClient } from '@bankside/client';
import { text, type Facts } from '../facts';

type Saga = Readonly<{ sagaId: string; saga: string; status: string }>;

const PAGE = 100;

/** Sagas of one status. */
export const sagasOf = async (api: ApiClient, status: string): Promise<readonly Saga[]> => {
  const sagas: Saga[] = [];
  for (let cursor = ''; ;) {
    const { status: code, body } = await api.get(`/api/sagas?status=${status}&limit=${PAGE}${cursor}`);
    if (code !== 200) throw new Error(`GET sagas: ${code} ${JSON.stringify(body)}`);
    sagas.push(...(body['sagas'] as readonly Saga[]));
    const { next } = body;
    if (typeof next !== 'string') return sagas;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
};

/** Every saga has ended as it should, and so has every order. */
export const sagaProblems = async (api: ApiClient, facts: Facts): Promise<readonly string[]> => {
  const each = await Promise.all(
    ['running', 'failed', 'terminated', 'timed-out', 'canceled'].map((status) => sagasOf(api, status)),
  );
  const ended = new Set(
    facts.of('OrderConfirmed', 'OrderRejected', 'OrderCancelled').map((fact) => text(fact, 'orderId')),
  );
  const endless = facts.of('OrderPlaced').filter((fact) => !ended.has(text(fact, 'orderId')));
  return [
    ...each.flat().map(({ saga, sagaId, status }) => `saga ${saga} ${sagaId} is ${status}`),
    ...endless.map((fact) => `order ${text(fact, 'orderId')} never ended`),
  ];
};
