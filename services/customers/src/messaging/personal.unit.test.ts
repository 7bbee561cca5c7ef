import { customersEvents } from '@bankside/contracts';
import type { z } from 'zod';
import { personal } from './personal';

/** Fields of the contract that are marked as personal. */
const marked = Object.values(customersEvents).flatMap(({ shape }) =>
  Object.entries(shape as Record<string, z.ZodType>).filter(
    ([, schema]) => schema.meta()?.['personal'] === true,
  ),
);

describe('what is personal', () => {
  it('is every field that the contract marks', () => {
    expect(marked.length).toBeGreaterThan(0);
    for (const [field] of marked) expect(personal.fields).toHaveProperty(field);
  });

  it.each(marked)('reads as a valid %s once it is forgotten', (field, schema) =>
    expect(schema.safeParse(personal.fields[field]).success).toBe(true),
  );

  it('covers the number from before a change, which is stored and not published', () =>
    expect(personal.fields).toHaveProperty('previousMobileNumber'));
});
