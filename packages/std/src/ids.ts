import { createHash } from 'node:crypto';

/** A UUID of version 8 (RFC 9562) from the SHA-256 of a seed, so that a retry derives the same id. */
export const uuidFrom = (seed: string): string => {
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** What an id that is derived from a command identifies. */
type OperationKind =
  | 'cancellation'
  | 'card-payment'
  | 'charge'
  | 'closure'
  | 'customer'
  | 'deposit'
  | 'number-change'
  | 'order'
  | 'repayment'
  | 'restock'
  | 'return'
  | 'transfer'
  | 'withdrawal';

/** The id of what a command creates. A repeat derives it again; no other kind and no other command ever does. */
export const operationIdFrom = (kind: OperationKind, commandId: string): string =>
  uuidFrom(`${kind} ${commandId}`);

/** A number of `length` digits without a leading zero from a seed, so that a retry derives the same number. */
export const digitsFrom = (seed: string, length: number): string => {
  const value = createHash('sha256').update(seed).digest().readBigUInt64BE();
  const least = 10n ** BigInt(length - 1);
  return String(least + (value % (9n * least)));
};
