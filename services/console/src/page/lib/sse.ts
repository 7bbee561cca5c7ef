/** One server-sent event. The last one of a batch may have an id only. */
export type ServerSent = Readonly<{ id?: string; data?: string }>;

/** Reads a stream of server-sent events piece by piece, wherever the pieces are cut. */
export const sseReader = () => {
  let rest = '';
  const eventOf = (block: string): ServerSent | undefined => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
    }
    const [id, data] = [fields.get('id'), fields.get('data')];
    if (id === undefined && data === undefined) return undefined;
    return { ...(id !== undefined && { id }), ...(data !== undefined && { data }) };
  };
  return (piece: string): readonly ServerSent[] => {
    const blocks = `${rest}${piece}`.split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.map(eventOf).filter((event) => event !== undefined);
  };
};
