import { randomUUID } from 'node:crypto';
import { isKafka, topicPrefixOf, withPrefix } from '../broker/address';
import { createTopics, kafkaClient, withKafkaAdmin } from '../broker/kafka';
import { redis } from './redis';

/** What a test does to the broker of a system. Topics are named without the prefix of the system. */
export type TestBroker = Readonly<{
  /** Deletes every message. */
  wipe: () => Promise<void>;
  publish: (topic: string, message: unknown) => Promise<void>;
  /** The text of the messages of a topic that the broker still has, the oldest first. */
  messages: (topic: string) => Promise<readonly string[]>;
  /** The content of a topic as text: with Redis all of it, with Kafka the values of its messages. */
  dump: (topic: string) => Promise<string>;
}>;

/** The values of the fields `data` in a raw reply with entries of a stream. */
const dataIn = (reply: string): readonly string[] => {
  const bytes = Buffer.from(reply);
  const found: string[] = [];
  for (const { 0: header, 1: length, index } of bytes
    .toString('latin1')
    .matchAll(/\$4\r\ndata\r\n\$(\d+)\r\n/g))
    found.push(bytes.subarray(index + header.length, index + header.length + Number(length)).toString());
  return found;
};

const redisBroker = (brokerUrl: string): TestBroker => {
  const dump = (topic: string): Promise<string> => redis(brokerUrl, ['XRANGE', topic, '-', '+']);
  return {
    wipe: async () => void (await redis(brokerUrl, ['FLUSHALL'])),
    publish: async (topic, message) =>
      void (await redis(brokerUrl, ['XADD', topic, '*', 'data', JSON.stringify(message)])),
    messages: async (topic) => dataIn(await dump(topic)),
    dump,
  };
};

const kafkaBroker = (brokerUrl: string): TestBroker => {
  const prefix = topicPrefixOf(brokerUrl);

  const messages = async (topic: string): Promise<readonly string[]> => {
    const ends = await withKafkaAdmin(brokerUrl, (admin) => admin.fetchTopicOffsets(prefix + topic));
    const unread = new Map(
      ends
        .filter(({ low, high }) => Number(high) > Number(low))
        .map(({ partition, high }) => [partition, Number(high)]),
    );
    if (unread.size === 0) return [];
    const found: { at: string; text: string }[] = [];
    const consumer = kafkaClient(brokerUrl).consumer({ groupId: `${prefix}${randomUUID()}` });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic: prefix + topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
        void consumer.run({
          eachMessage: async ({ partition, message: { offset, timestamp, value } }) => {
            found.push({ at: timestamp, text: String(value) });
            if (Number(offset) + 1 >= (unread.get(partition) ?? 0)) unread.delete(partition);
            if (unread.size === 0) resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return found.toSorted((a, b) => Number(a.at) - Number(b.at)).map(({ text }) => text);
  };

  return {
    wipe: () =>
      withKafkaAdmin(brokerUrl, async (admin) => {
        for (const topic of (await admin.listTopics()).filter((name) => name.startsWith(prefix))) {
          const partitions = await admin.fetchTopicOffsets(topic);
          await admin.deleteTopicRecords({
            topic,
            partitions: partitions.map(({ partition, high }) => ({ partition, offset: high })),
          });
        }
      }),
    publish: async (topic, message) => {
      const producer = kafkaClient(brokerUrl).producer();
      await producer.connect();
      await producer.send({ topic: prefix + topic, messages: [{ value: JSON.stringify(message) }] });
      await producer.disconnect();
    },
    messages,
    dump: async (topic) => (await messages(topic)).join('\n'),
  };
};

/** The broker of a system, for tests that disturb it or read it. */
export const brokerAt = (brokerUrl: string): TestBroker =>
  isKafka(brokerUrl) ? kafkaBroker(brokerUrl) : redisBroker(brokerUrl);

/** The Kafka cluster of the variable BROKER, with topics of one partition for these owners; `redisUrl` if there is none. */
export const ownBroker = async (redisUrl: string, owners: readonly string[]): Promise<string> => {
  const cluster = process.env['BROKER'] || undefined;
  if (cluster === undefined) return redisUrl;
  const brokerUrl = withPrefix(cluster, `bankside-${randomUUID().slice(0, 8)}`);
  const prefix = topicPrefixOf(brokerUrl);
  await createTopics(
    brokerUrl,
    owners.map((owner) => ({ topic: `${prefix}${owner}.events`, partitions: 1 })),
  );
  return brokerUrl;
};
