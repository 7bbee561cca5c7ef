import { z } from 'zod';

/** Default number of items on a page. */
export const DEFAULT_PAGE = 50;
/** The most items on a page. */
export const MAX_PAGE = 100;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Parameters of a paged call; `cursor` is `next` of the previous page. */
export const page = {
  limit: whole(1, MAX_PAGE).default(DEFAULT_PAGE).meta({ description: 'Items on a page' }),
  cursor: z.string().max(512).optional().meta({ description: '`next` of the previous page' }),
};
export const revision = whole(1, Number.MAX_SAFE_INTEGER);
/** The revision after which a page begins. */
export const behind = whole(0, Number.MAX_SAFE_INTEGER);
