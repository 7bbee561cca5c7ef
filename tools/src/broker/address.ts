import { PreflightError } from '../errors';

const MECHANISMS = ['SHA-512', 'SHA-256', 'PLAINTEXT'] as const;
type Mechanism = (typeof MECHANISMS)[number];

/** A Kafka cluster, and the names that one system uses in it. */
type KafkaAddress = Readonly<{
  /** `host:port` of each broker that clients ask first. */
  brokers: readonly string[];
  /** Topics and consumer groups begin with it, so that several systems can share a cluster. */
  prefix: string;
  tls: boolean;
  login?: Readonly<{ username: string; password: string; mechanism: Mechanism }>;
}>;

const FORM = 'kafka://[user:password@]host:port[,host:port…][/prefix][?tls=true][&mechanism=SHA-512]';
const PARTS = /^kafka:\/\/(?:([^:@/?]+):([^@/?]+)@)?([^@/?]+)(?:\/([^/?]*))?(?:\?([^?]*))?$/;
const HOST_AND_PORT = /^(?:[\w.-]+|\[[\da-f:]+\]):(\d{1,5})$/i;
const PREFIX = /^[\w.-]{0,100}$/;
const LAST_PORT = 65_535;

/** The address is not repeated: it may contain a password. */
const wrong = (why: string): never => {
  throw new PreflightError(`BROKER ${why}. It must have the form ${FORM}.`);
};

const isHostAndPort = (text: string): boolean => {
  const port = Number(HOST_AND_PORT.exec(text)?.[1]);
  return port > 0 && port <= LAST_PORT;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return wrong('has a user or password that is not percent-encoded');
  }
};

const settingsOf = (query: string) => {
  const {
    tls = 'false',
    mechanism = MECHANISMS[0],
    ...more
  } = Object.fromEntries(new URLSearchParams(query));
  const known = MECHANISMS.find((one) => one === mechanism);
  if (Object.keys(more).length > 0) wrong(`has the unknown setting ${Object.keys(more).join(', ')}`);
  if (tls !== 'true' && tls !== 'false') wrong('has a setting tls that is neither true nor false');
  return { tls: tls === 'true', mechanism: known ?? wrong(`needs a mechanism of ${MECHANISMS.join(', ')}`) };
};

export const isKafka = (brokerUrl: string): boolean => brokerUrl.startsWith('kafka:');

/** @throws PreflightError with a sentence that names the wrong part */
export const kafkaAddress = (brokerUrl: string): KafkaAddress => {
  const [, user, password, hosts, prefix = '', query = ''] =
    PARTS.exec(brokerUrl) ?? wrong('is not the address of a Kafka cluster');
  const brokers = hosts!.split(',');
  const bad = brokers.find((one) => !isHostAndPort(one));
  if (bad !== undefined) wrong(`names the broker "${bad}", which is not host:port`);
  if (!PREFIX.test(prefix))
    wrong('has a prefix with other characters than letters, digits, ".", "_" and "-"');
  const { tls, mechanism } = settingsOf(query);
  if (user === undefined) return { brokers, prefix, tls };
  if (mechanism === 'PLAINTEXT' && !tls)
    wrong('needs tls=true: with PLAINTEXT the password would be readable');
  return {
    brokers,
    prefix,
    tls,
    login: { username: decoded(user), password: decoded(password!), mechanism },
  };
};

/** What every topic of a system begins with. */
export const topicPrefixOf = (brokerUrl: string): string => {
  const prefix = isKafka(brokerUrl) ? kafkaAddress(brokerUrl).prefix : '';
  return prefix === '' ? '' : `${prefix}.`;
};

/** The address with `prefix` if it has none. */
export const withPrefix = (brokerUrl: string, prefix: string): string => {
  const [address = '', query] = brokerUrl.split('?');
  if (kafkaAddress(brokerUrl).prefix !== '') return brokerUrl;
  return `${address.replace(/\/$/, '')}/${prefix}${query === undefined ? '' : `?${query}`}`;
};
