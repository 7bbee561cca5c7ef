import { Kafka, logLevel, type Admin, type KafkaConfig } from 'kafkajs';
import { messageOf, PreflightError } from '../errors';
import { kafkaAddress } from './address';

export type Topic = Readonly<{ topic: string; partitions: number }>;

const CONNECT_WITHIN_MS = 5_000;
const SASL = { 'SHA-512': 'scram-sha-512', 'SHA-256': 'scram-sha-256', PLAINTEXT: 'plain' } as const;

/** A client of the cluster that a system uses. */
export const kafkaClient = (brokerUrl: string): Kafka => {
  const { brokers, login, tls } = kafkaAddress(brokerUrl);
  const sasl = login && {
    mechanism: SASL[login.mechanism],
    username: login.username,
    password: login.password,
  };
  return new Kafka({
    clientId: 'bankside-tools',
    brokers: [...brokers],
    ssl: tls,
    ...(sasl && { sasl: sasl as NonNullable<KafkaConfig['sasl']> }),
    connectionTimeout: CONNECT_WITHIN_MS,
    retry: { retries: 2 },
    logLevel: logLevel.NOTHING,
  });
};

/** Does work as an administrator of the cluster. */
export const withKafkaAdmin = async <T>(
  brokerUrl: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> => {
  const admin = kafkaClient(brokerUrl).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

const unreachable = (brokerUrl: string, what: string, error: unknown): PreflightError =>
  new PreflightError(
    `${what} the Kafka cluster at ${kafkaAddress(brokerUrl).brokers.join(', ')}, which BROKER names: ${messageOf(error)}.`,
  );

/** @throws PreflightError when the cluster does not respond or rejects the login */
export const requireKafka = (brokerUrl: string): Promise<unknown> =>
  withKafkaAdmin(brokerUrl, (admin) => admin.describeCluster()).catch((error: unknown) => {
    throw error instanceof PreflightError ? error : unreachable(brokerUrl, 'Bankside cannot reach', error);
  });

/**
 * Creates the topics that do not exist yet.
 * @throws PreflightError when the cluster does not let it
 */
export const createTopics = async (brokerUrl: string, topics: readonly Topic[]): Promise<void> => {
  try {
    await withKafkaAdmin(brokerUrl, (admin) =>
      admin.createTopics({
        topics: topics.map(({ topic, partitions }) => ({ topic, numPartitions: partitions })),
        waitForLeaders: true,
      }),
    );
  } catch (error) {
    throw unreachable(brokerUrl, 'Bankside cannot create its topics on', error);
  }
};

/** Deletes topics, and the consumer groups that begin with the same prefix. */
export const deleteTopics = (brokerUrl: string, topics: readonly string[]): Promise<void> =>
  withKafkaAdmin(brokerUrl, async (admin) => {
    await admin.deleteTopics({ topics: [...topics] });
    const { groups } = await admin.listGroups();
    const { prefix } = kafkaAddress(brokerUrl);
    const ours = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(`${prefix}.`));
    await admin.deleteGroups(ours);
  });
