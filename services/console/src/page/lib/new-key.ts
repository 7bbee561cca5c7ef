const BYTES = 16;

/** A unique key. Avoids `randomUUID`, which browsers offer on https pages only. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
