import type { DataOf, Message } from '../src/decider';
import type { Commit, StoredEvent } from '../src/event-store';

type Schemas = Readonly<
  Record<string, Readonly<{ strict: () => Readonly<{ parse: (data: unknown) => unknown }> }>>
>;
type Samples<E extends Message> = Readonly<{
  [Type in E['type']]: DataOf<E, Type> | readonly DataOf<E, Type>[];
}>;

/**
 * Every stored event is published exactly as its contract says, or is one of `privates`; and every event of the contract
 * comes from one. For jest. `schemas` are those of the owner.
 */
export const publicationContract = <E extends Message>(
  published: (commit: Commit, event: StoredEvent) => Message | undefined,
  schemas: Schemas,
  samples: Samples<E>,
  privates: readonly E['type'][],
): void => {
  const stored = Object.entries<object>(samples).flatMap(([type, data]) =>
    [data].flat().map((one) => ({ type, version: 1, data: one })),
  );
  const isPrivate = (type: string) => (privates as readonly string[]).includes(type);
  const publish = (event: StoredEvent) => published({} as Commit, event);

  describe('what other services see', () => {
    it.each(stored.filter(({ type }) => !isPrivate(type)))('of $type is what the contract says', (event) => {
      const { type, data } = publish(event)!;
      expect(schemas[type]?.strict().parse(data)).toEqual(data);
    });

    it('leaves private events out', () =>
      expect(stored.filter(({ type }) => isPrivate(type)).map(publish)).toEqual(
        expect.not.arrayContaining([expect.anything()]),
      ));

    it('covers the whole contract', () =>
      expect([...new Set(stored.flatMap((event) => publish(event)?.type ?? []))].sort()).toEqual(
        Object.keys(schemas).sort(),
      ));
  });
};
