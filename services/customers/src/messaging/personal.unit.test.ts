import { customersEvents } from '@bankside/contracts';
import type * as z from 'zod';
import { personal } from './personal';

/** Fields of the contract that are marked as personal. */
const marked = Object.values(customersEvents).flatMap(({ shape }) =>
  Object.entries(shape as Record<string, z.ZodType>).filter(
    ([, schema]) => schema.meta()?.['personal'] === true,
  ),
);

describe('personal data', () => {
  it('includes every field that the contract marks as personal', () => {
    expect(marked.length).toBeGreaterThan(0);
    for (const [field] of marked) expect(personal.fields).toHaveProperty(field);
  });

  it.each(marked)('has a valid placeholder for %s', (field, schema) =>
    expect(schema.safeParse(personal.fields[field]).success).toBe(true),
  );

  it('includes the previous number, which is stored but not published', () =>
    expect(personal.fields).toHaveProperty('previousMobileNumber'));
});
