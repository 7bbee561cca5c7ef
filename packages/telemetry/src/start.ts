import type { SdkOptions } from './sdk';

type TelemetryOptions = Omit<SdkOptions, 'endpoint'> & Readonly<{ endpoint: string | undefined }>;

/** Records spans if there is a receiver for them. Without one the SDK is not even loaded. */
export const startTelemetry = ({ endpoint, ...options }: TelemetryOptions) => {
  const stop =
    endpoint === undefined
      ? undefined
      : import('./sdk').then(({ startSdk }) => startSdk({ ...options, endpoint }));
  return {
    /** Resolves when spans are recorded. The few of the first milliseconds are not. */
    ready: (async () => void (await stop))(),
    /** Exports what is queued, for a second at most. */
    stop: async (): Promise<void> => (await stop)?.(),
  };
};
