import { Outage, type Invoke } from '@bankside/dapr';

/** Calls services that one server plays, below `/<service>`, as service invocation would call them. */
export const httpInvoke =
  (url: string): Invoke =>
  async (service, method, path, { body, headers = {}, timeoutMs = 1_000 } = {}) => {
    try {
      const answer = await fetch(`${url}/${service}/${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body ?? {}),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.text();
      return { status: answer.status, headers: {}, body: text === '' ? '' : JSON.parse(text) };
    } catch (error) {
      throw new Outage(`${service} did not answer`, { cause: error });
    }
  };
