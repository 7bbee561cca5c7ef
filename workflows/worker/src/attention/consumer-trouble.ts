import { servicesWithConsumers } from '@bankside/contracts';
import {
  consumersResponse,
  deadLettersResponse,
  type ConsumerLag,
  type DeadLetterResponse,
} from '@bankside/contracts/http/consumers';
import { Outage, type Invoke } from '@bankside/dapr';
import type * as z from 'zod';
import type { AttentionRegister, Trouble } from './register';
import { eventInWords, inWords } from './words';

const TIMEOUT_MS = 2_000;
/** The most open dead letters of one service that a scan reads. With more, none of them counts as recovered. */
export const MAX_DEAD_LETTERS = 500;

const stuck = (
  service: string,
  now: string,
  { consumer, source, partition, position, seconds }: ConsumerLag,
): Trouble => ({
  key: ['stuck', service, consumer, source, partition, position].join('/'),
  kind: 'consumer',
  cause: 'stuck',
  title: `${inWords(consumer)} in ${service} is stuck at position ${position} of ${source}`,
  since: new Date(Date.parse(now) - seconds * 1_000).toISOString(),
  about: { service, consumer, source, partition },
});

type OpenLetter = Pick<
  DeadLetterResponse,
  'consumer' | 'source' | 'partition' | 'position' | 'stream' | 'type' | 'state' | 'at'
>;

/** One stream, by the dead letter that blocks it. */
const parked = (service: string, letter: OpenLetter): Trouble => {
  const { consumer, source, partition, position, stream, at } = letter;
  return {
    key: ['dead-letter', service, consumer, source, partition, position].join('/'),
    kind: 'dead-letter',
    cause: 'poison',
    title: `${inWords(consumer)} in ${service} cannot apply ${eventInWords(letter.type)} of ${stream}`,
    since: at,
    about: { service, consumer, source, partition, stream },
  };
};

/** What a service reports about its consumers; `next`: there are more dead letters. */
type ConsumerReport = Readonly<{
  consumers: readonly ConsumerLag[];
  deadLetters: readonly OpenLetter[];
  next?: string | undefined;
}>;

type Options = Readonly<{
  register: AttentionRegister;
  invoke: Invoke;
  now: () => number;
  /** Of the worker itself, which cannot call itself. */
  own: () => Promise<ConsumerReport>;
}>;

/** Finds stuck consumers and views, and dead letters, in all services with consumers. */
export const consumerTrouble = ({ register, invoke, now, own }: Options) => {
  const read = async <T>(service: string, path: string, schema: z.ZodType<T>): Promise<T> => {
    const { status, body } = await invoke(service, 'GET', path, { timeoutMs: TIMEOUT_MS });
    if (status !== 200) throw new Outage(`${service} responded ${status}`);
    return schema.parse(body);
  };
  const reportOf = async (service: string): Promise<ConsumerReport> => ({
    ...(await read(service, 'consumers', consumersResponse)),
    ...(await read(service, `dead-letters?limit=${MAX_DEAD_LETTERS}`, deadLettersResponse)),
  });

  const scanService = async (service: string): Promise<void> => {
    const at = new Date(now()).toISOString();
    const { consumers, deadLetters, next } = await (service === 'worker' ? own() : reportOf(service));
    await register.record(
      consumers.filter(({ state }) => state === 'stuck').map((one) => stuck(service, at, one)),
      { kind: 'consumer', service },
    );
    const found = deadLetters.filter(({ state }) => state === 'poison').map((one) => parked(service, one));
    await register.record(found, next === undefined ? { kind: 'dead-letter', service } : undefined);
  };

  return {
    /** A service that does not respond keeps its items as they are. */
    scan: async (onError: (error: unknown) => void): Promise<void> => {
      for (const service of servicesWithConsumers) await scanService(service).catch(onError);
    },
  };
};
