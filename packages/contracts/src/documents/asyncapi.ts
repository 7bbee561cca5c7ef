import * as z from 'zod';
import { contracts } from '../contracts';
import { eventEnvelope } from '../event-envelope';
import { eventSchema, type Json } from './json-schema';

type Schemas = Readonly<Record<string, z.ZodObject>>;

/** `accounts.money-deposited.v1` as the name of a component. */
const keyOf = (type: string): string => type.replaceAll('.', '_');

const messageOf = (type: string, schema: z.ZodObject): Json => {
  const { $schema: _, $id: __, examples, description, ...data } = eventSchema(type, schema);
  const [example] = (examples ?? []) as Json[];
  return {
    name: type,
    title: type,
    description,
    contentType: 'application/cloudevents+json',
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        { type: 'object', properties: { type: { const: type }, data } },
      ],
    },
    examples: [{ name: type, payload: exampleOf(type, example ?? {}) }],
  };
};

const exampleOf = (type: string, data: Json): Json => {
  const source = type.slice(0, type.indexOf('.'));
  return {
    specversion: '1.0',
    id: `${source}/0/17`,
    type,
    source,
    subject: `${source}-stream`,
    time: '2026-01-01T12:00:00.000Z',
    datacontenttype: 'application/json',
    partitionkey: `${source}-stream`,
    feedpartition: 0,
    feedposition: 17,
    streamrevision: 3,
    data,
  };
};

const channelOf = (owner: string, schemas: Schemas): Json => ({
  address: `${owner}.events`,
  description: `The published events of ${owner}. \`GET /feed\` of the service returns the same events from the first one on.`,
  messages: Object.fromEntries(
    Object.keys(schemas).map((type) => [keyOf(type), { $ref: `#/components/messages/${keyOf(type)}` }]),
  ),
});

/** The AsyncAPI 3 document of all published events. */
export const asyncApi = (version: string): Json => {
  const owners = Object.entries(contracts) as [string, Schemas][];
  const { $schema: _, ...envelope } = z.toJSONSchema(eventEnvelope, { io: 'input' });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Bankside events',
      version,
      description:
        'CloudEvents 1.0 in JSON. Events of one stream (`subject`) are ordered; `feedposition` has no gaps within a partition of an owner, so a consumer detects missing events and reads them from the feed.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(owners.map(([owner, schemas]) => [owner, channelOf(owner, schemas)])),
    operations: Object.fromEntries(
      owners.map(([owner]) => [
        `${owner}Publishes`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${owner}` },
          summary: `${owner} publishes its events.`,
        },
      ]),
    ),
    components: {
      schemas: { CloudEvent: envelope },
      messages: Object.fromEntries(
        owners.flatMap(([, schemas]) =>
          Object.entries(schemas).map(([type, schema]) => [keyOf(type), messageOf(type, schema)]),
        ),
      ),
    },
  };
};
