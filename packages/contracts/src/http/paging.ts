import * as z from 'zod';

/** Default number of items on a page. */
const DEFAULT_PAGE = 50;
/** The most items on a page. */
export const MAX_PAGE = 100;

/** Bytes of a cursor, encoded. */
const MAX_CURSOR = 1_024;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Control characters and lone surrogates, which occur in no document and some of which PostgreSQL rejects. */
const INVALID = /[\p{Cc}\p{Cs}]/u;

const partsOf = (cursor: string): readonly unknown[] => {
  const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  );
  const parts: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  return Array.isArray(parts) ? parts : [];
};

/** A cursor that is a list in JSON, in base64url: checked here, so that a bad one is rejected before any service is called. */
export const cursorOf = (isValid: (parts: readonly unknown[]) => boolean) =>
  z
    .string()
    .max(MAX_CURSOR)
    .refine((cursor) => {
      try {
        return isValid(partsOf(cursor));
      } catch {
        return false;
      }
    }, 'must be `next` of a page of this list')
    .optional()
    .meta({ description: '`next` of the previous page' });

const limit = whole(1, MAX_PAGE).default(DEFAULT_PAGE).meta({ description: 'Items on a page' });
const CURSOR = { description: '`next` of the previous page' };

/** Parameters of a paged call; `cursor` is `next` of the previous page. */
export const page = { limit, cursor: z.string().max(MAX_CURSOR).optional().meta(CURSOR) };

/** Of a list from a view, whose cursor is the sort value and the key of a document: JSON in base64url. */
export const viewPage = {
  limit,
  cursor: cursorOf(
    (parts) => parts.length === 2 && parts.every((part) => typeof part === 'string' && !INVALID.test(part)),
  ),
};

/** Of a list that is sorted by an identifier: the cursor is that of the last item. */
export const pageBy = <T extends z.ZodType>(identifier: T) => ({
  limit,
  cursor: identifier.optional().meta(CURSOR),
});
export const next = z.string().optional().meta({ description: '`cursor` of the next page' });
const iso = z.iso.datetime({ offset: true });

/** An instant in ISO 8601, of any offset from UTC; normalized to UTC. A `+` that a client did not encode arrives as a blank. */
export const instant = z
  .string()
  .overwrite((text) => {
    const given = text.replace(/ (?=\d\d:\d\d$)/, '+');
    return iso.safeParse(given).success ? new Date(given).toISOString() : text;
  })
  .refine((text) => iso.safeParse(text).success, 'must be a time such as 2026-01-31T12:00:00+02:00')
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00+02:00'] });
export const revision = whole(1, Number.MAX_SAFE_INTEGER);
/** The revision after which a page begins. */
export const behind = whole(0, Number.MAX_SAFE_INTEGER);
