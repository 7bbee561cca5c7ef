/**
 * The ids of commands, all made here. The first part names the maker, so the ids of callers, sagas and events never meet,
 * whatever key a caller sends; a derived id contains a blank, which no key may.
 */

/** A blank cannot occur in an `Idempotency-Key`, nor in an encoded part. */
const DERIVED = ' ';

/** The command of a person's request. `caller` is encoded, so the first slash after it begins the key. */
export const callerCommandId = (caller: string, key: string): string =>
  `caller/${encodeURIComponent(caller)}/${key}`;

/** The command of a person whose subject is too long for a key, identified by its digest. */
export const digestedCallerCommandId = (digest: string, key: string): string =>
  `caller-digest/${encodeURIComponent(digest)}/${key}`;

/** The command of a saga's step. */
export const sagaCommandId = (sagaId: string, step: string): string =>
  `saga/${encodeURIComponent(sagaId)}/${step}`;

/** The command that reacts to an event. */
export const eventCommandId = (eventId: string): string => `event/${eventId}`;

/** One of several commands that belong to one request. */
export const derivedCommandId = (commandId: string, part: string): string =>
  commandId + DERIVED + encodeURIComponent(part);
