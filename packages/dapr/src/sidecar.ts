import { Outage } from './outage';
import { sidecarHttp, type SidecarOptions } from './sidecar-http';

/** A slower response is a sign of a busy machine rather than of the sidecar's state. */
const HEALTH_TIMEOUT_MS = 1_000;
const CONNECTIONS = 1;

/**
 * Loaded only by a service that reads a secret at its start: as a whole the SDK takes 35 MB and a quarter of a second, so
 * bundles have its HTTP client alone. It waits up to 30 seconds for a sidecar that is still starting.
 */
const sdkClient = async ({ sidecarUrl, apiToken }: SidecarOptions) => {
  const { CommunicationProtocolEnum, DaprClient, LogLevel } = await import('@dapr/dapr');
  const { protocol, hostname, port } = new URL(sidecarUrl);
  return new DaprClient({
    daprHost: `${protocol}//${hostname}`,
    daprPort: port,
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    logger: { level: LogLevel.Error },
    ...(apiToken !== undefined && { daprApiToken: apiToken }),
  });
};

export const sidecar = (options: SidecarOptions) => {
  const http = sidecarHttp(options, { connections: CONNECTIONS });
  return {
    /**
     * Whether the sidecar and its components are up. Checks outbound health only, since the inbound half is this service
     * itself. Plain HTTP, because the health check of the SDK takes half a minute to fail.
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
      const client = await sdkClient(options);
      try {
        const values = (await client.secret.get(store, name)) as Readonly<Record<string, unknown>>;
        const value = values[name];
        if (typeof value !== 'string') throw new Error('it is not there');
        return value;
      } catch (error) {
        throw new Outage(`The secret ${name} of ${store} could not be read: ${String(error)}`, {
          cause: error,
        });
      } finally {
        await client.stop();
      }
    },
    close: http.close,
  };
};
