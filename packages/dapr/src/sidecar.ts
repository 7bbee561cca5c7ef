import { Outage } from './outage';
import { sidecarHttp, type SidecarOptions } from './sidecar-http';

/** A slower response is a sign of a busy machine rather than of the sidecar's state. */
const HEALTH_TIMEOUT_MS = 1_000;
/** A secret store may be a service of its own, such as a vault. */
const SECRET_TIMEOUT_MS = 10_000;
const CONNECTIONS = 1;

export const sidecar = (options: SidecarOptions) => {
  const http = sidecarHttp(options, { connections: CONNECTIONS });
  return {
    /**
     * Whether the sidecar and its components are up. Checks outbound health only, since the inbound half is this service
     * itself.
     */
    ready: async (): Promise<boolean> => {
      try {
        const { status } = await http.request({
          method: 'GET',
          path: '/v1.0/healthz/outbound',
          timeoutMs: HEALTH_TIMEOUT_MS,
        });
        return status === 204;
      } catch {
        return false;
      }
    },
    /** Reads a secret of a Dapr secret store. @throws Outage if the store or the secret does not exist */
    secret: async (store: string, name: string): Promise<string> => {
      try {
        const { status, text } = await http.request({
          method: 'GET',
          path: `/v1.0/secrets/${encodeURIComponent(store)}/${encodeURIComponent(name)}`,
          timeoutMs: SECRET_TIMEOUT_MS,
        });
        if (status !== 200) throw new Error(`status ${status} ${text}`);
        const value = (JSON.parse(text) as Readonly<Record<string, unknown>>)[name];
        if (typeof value !== 'string') throw new Error('it is not there');
        return value;
      } catch (error) {
        throw new Outage(`The secret ${name} of ${store} could not be read: ${String(error)}`, {
          cause: error,
        });
      }
    },
    close: http.close,
  };
};
