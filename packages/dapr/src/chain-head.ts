import { createPrivateKey, sign, verify } from 'node:crypto';
import type { ChainHead } from '@bankside/contracts';
import { ed25519, type EventKeys } from './event-message';

type Unsigned = Omit<ChainHead, 'signature'>;

const signedBytes = (feed: string, { number, position, hash, at }: Unsigned): Buffer =>
  Buffer.from(`bankside head of ${feed}\n${number} ${position} ${hash} ${at}`, 'utf8');

export type SignHead = (partition: number, head: Unsigned) => ChainHead;

/** Signs the heads of the chains of `source` with its event key. @throws Error when the PEM is not a private Ed25519 key */
export const headSigner = (source: string, privateKeyPem: string): SignHead => {
  const key = ed25519(createPrivateKey(privateKeyPem));
  return (partition, head) => ({
    ...head,
    signature: sign(null, signedBytes(`${source}/${partition}`, head), key).toString('base64url'),
  });
};

/** Whether the owner of `source` signed the head of that partition. */
export const isSignedHead = (
  keys: EventKeys,
  { source, partition }: Readonly<{ source: string; partition: number }>,
  head: ChainHead,
): boolean => {
  const proof = Buffer.from(head.signature, 'base64url');
  const bytes = signedBytes(`${source}/${partition}`, head);
  return (keys.get(source) ?? []).some((key) => verify(null, bytes, key, proof));
};
