import { z } from 'zod';

/** Items on one page of a list, unless the caller asks for fewer or more. */
export const DEFAULT_PAGE = 50;
/** The most items on one page. */
export const MAX_PAGE = 100;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Parameters of a call that answers page by page: `cursor` is what the page before gave as `next`. */
export const page = {
  limit: whole(1, MAX_PAGE).default(DEFAULT_PAGE).meta({ description: 'Items on a page' }),
  cursor: z.string().max(512).optional().meta({ description: '`next` of the page before' }),
};
export const revision = whole(1, Number.MAX_SAFE_INTEGER);
/** What a page begins behind. */
export const behind = whole(0, Number.MAX_SAFE_INTEGER);
