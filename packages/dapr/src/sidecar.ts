import { Outage } from './outage';
import { sidecarHttp, type SidecarOptions } from './sidecar-http';

/** A probe that waits longer says more about the machine than about the sidecar. */
const HEALTH_TIMEOUT_MS = 1_000;
/** The sidecar may start after the service: the SDK waits for it, 30 s at most. */
const CONNECTIONS = 1;

/**
 * The SDK reads secrets at start and is loaded only then: it takes 50 MB and more than a second,
 * which nine services would pay for nothing.
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
     * Whether the sidecar and its components are up. Asks for the outbound half only: the other half is this very
     * service. Plain HTTP, since the SDK's health check waits half a minute before it says no.
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
    /** One secret of a Dapr secret store; waits for a sidecar that is still starting. */
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
