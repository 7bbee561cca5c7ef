import type { Commit, DataOf, Message, StoredEvent } from '../src';

type Schemas = Readonly<
  Record<string, Readonly<{ strict: () => Readonly<{ parse: (data: unknown) => unknown }> }>>
>;
type Samples<E extends Message> = Readonly<{
  [Type in E['type']]: DataOf<E, Type> | readonly DataOf<E, Type>[];
}>;

/**
 * Asserts that every stored event is published as its contract describes or is one of `privates`, and that every event of the
 * contract is published. `schemas` are the owner's. For jest.
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

  describe('published events', () => {
    it.each(stored.filter(({ type }) => !isPrivate(type)))('match the contract for $type', (event) => {
      const { type, data } = publish(event)!;
      expect(schemas[type]?.strict().parse(data)).toEqual(data);
    });

    it('exclude private events', () => {
      const hidden = stored.filter(({ type }) => isPrivate(type));
      expect(new Set(hidden.map(({ type }) => type))).toEqual(new Set(privates));
      expect(hidden.map(publish)).toEqual(hidden.map(() => undefined));
    });

    it('cover the whole contract', () => {
      const types = Object.keys(schemas).sort();
      expect(types).not.toEqual([]);
      expect([...new Set(stored.flatMap((event) => publish(event)?.type ?? []))].sort()).toEqual(types);
    });
  });
};
