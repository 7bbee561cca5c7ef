import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { parseEnvelope, type EventEnvelope } from '@bankside/contracts';

/**
 * One message of the broker: a batch of events, signed by their owner. The events travel as text, so that the signature
 * covers exactly the bytes that consumers parse, whatever brokers and sidecars do to the JSON around them.
 */
export type EventMessage = Readonly<{
  specversion: '1.0';
  /** `<source>/<partition>/<first position>-<last position>` */
  id: string;
  type: string;
  source: string;
  datacontenttype: 'application/json';
  /** Without it a sidecar starts a trace of its own for the message. */
  traceid: '';
  data: Readonly<{ events: string; signature: string }>;
}>;

/** Why a delivery is rejected. A rejected delivery changes nothing: its events, if they exist, are in the owner's feed. */
export const rejectedMessages = ['no-key', 'unsigned', 'wrong-signature', 'not-events'] as const;
export type RejectedMessage = (typeof rejectedMessages)[number];

/**
 * Binds a signature to its purpose and its source, so that it is invalid everywhere else. Ed25519 reads what it signs twice by
 * SHA-512, which takes longer than one SHA-256 over the events.
 */
const signedBytes = (source: string, events: string): Buffer =>
  Buffer.from(`bankside events of ${source}\nsha256 ${hash('sha256', events, 'hex')}`, 'utf8');

/** @throws Error when it is not an Ed25519 key */
export const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`Events are signed with Ed25519, not with ${key.asymmetricKeyType}.`);
};

/** `texts` are the events as JSON, if they exist already. */
export type SignMessage = (events: readonly EventEnvelope[], texts?: readonly string[]) => EventMessage;

/** Signs batches of one partition of the events of `source`. @throws Error when the PEM is not a private Ed25519 key */
export const messageSigner = (source: string, privateKeyPem: string): SignMessage => {
  const key = ed25519(createPrivateKey(privateKeyPem));
  return (batch, texts) => {
    const positions = batch.map(({ feedposition }) => feedposition);
    const events = texts === undefined ? JSON.stringify(batch) : `[${texts.join(',')}]`;
    return {
      specversion: '1.0',
      id: `${source}/${batch[0]?.feedpartition ?? 0}/${Math.min(...positions)}-${Math.max(...positions)}`,
      type: `${source}.events`,
      source,
      datacontenttype: 'application/json',
      traceid: '',
      data: { events, signature: sign(null, signedBytes(source, events), key).toString('base64url') },
    };
  };
};

const PEM_BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/** Public keys by source, each with one PEM block, or with two during rotation. */
export type EventKeys = ReadonlyMap<string, readonly KeyObject[]>;

/** @throws Error when a text has no public Ed25519 key or certificate in PEM format */
export const eventKeys = (pems: Readonly<Record<string, string>>): EventKeys =>
  new Map(
    Object.entries(pems).map(([source, text]) => {
      const keys = (text.match(PEM_BLOCK) ?? []).map((pem) => ed25519(createPublicKey(pem)));
      if (keys.length === 0) throw new Error(`There is no key in PEM format for the events of ${source}.`);
      return [source, keys];
    }),
  );

const textIn = (value: unknown, name: string): string | undefined => {
  const field: unknown =
    typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)[name]
      : undefined;
  return typeof field === 'string' ? field : undefined;
};

const envelopesIn = (source: string, text: string): readonly EventEnvelope[] | undefined => {
  const values: unknown = JSON.parse(text); // Signed by the owner, so it is JSON.
  if (!Array.isArray(values)) return undefined;
  const events = values.flatMap((value) => parseEnvelope(source, value) ?? []);
  return events.length === values.length ? events : undefined;
};

/** The events of a message that the owner of `source` signed, or why the message is rejected. */
export const eventsOf = (
  keys: EventKeys,
  source: string,
  message: unknown,
): readonly EventEnvelope[] | RejectedMessage => {
  const known = keys.get(source);
  if (known === undefined) return 'no-key';
  const data =
    typeof message === 'object' && message !== null ? (message as { data?: unknown }).data : undefined;
  const [events, signature] = [textIn(data, 'events'), textIn(data, 'signature')];
  if (events === undefined || signature === undefined) return 'unsigned';
  const [bytes, proof] = [signedBytes(source, events), Buffer.from(signature, 'base64url')];
  if (!known.some((key) => verify(null, bytes, key, proof))) return 'wrong-signature';
  return envelopesIn(source, events) ?? 'not-events';
};
