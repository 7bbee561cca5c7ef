import type { ApiClient } from '@bankside/client';

type Saga = Readonly<{ sagaId: string; saga: string; status: string }>;

const PAGE = 100;

/** All sagas with a status. */
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

/** Every saga has completed. */
export const sagaProblems = async (api: ApiClient): Promise<readonly string[]> => {
  const each = await Promise.all(
    ['running', 'failed', 'terminated', 'timed-out', 'canceled'].map((status) => sagasOf(api, status)),
  );
  return each.flat().map(({ saga, sagaId, status }) => `saga ${saga} ${sagaId} is ${status}`);
};
