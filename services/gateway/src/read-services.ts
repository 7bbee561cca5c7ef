import type { Invoke } from '@bankside/dapr';
import { isOutage } from '@bankside/std';
import type * as z from 'zod';
import type { CallContext } from './request-context';
import type { ApiResponse, Upstream } from './upstream';

/** `response` is undefined if the service does not respond. */
export type FromService<Service extends string> = Readonly<{
  service: Service;
  response: ApiResponse | undefined;
}>;

/** Reads the same path from several services. */
export const readFromAll = <Service extends string>(
  { get }: Pick<Upstream, 'get'>,
  services: readonly Service[],
  path: string,
  call: CallContext,
): Promise<readonly FromService<Service>[]> =>
  Promise.all(
    services.map(async (service) => {
      try {
        return { service, response: await get(service, path, call) };
      } catch (error) {
        if (isOutage(error)) return { service, response: undefined };
        throw error;
      }
    }),
  );

/** Reads a path of a service; undefined if it does not respond in time, or not as agreed. */
export const stateReader =
  (invoke: Invoke, timeoutMs: number) =>
  async <T>(service: string, path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    try {
      const { status, body } = await invoke(service, 'GET', path, { timeoutMs });
      return status === 200 ? schema.safeParse(body).data : undefined;
    } catch {
      return undefined;
    }
  };
