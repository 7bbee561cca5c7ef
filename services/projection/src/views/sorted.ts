/** By code units, the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The list with the element that has this value in the field changed or added, sorted by that field. */
export const withElement = <T extends object>(
  list: readonly T[],
  field: keyof T & string,
  element: T,
): readonly T[] =>
  [...list.filter((one) => one[field] !== element[field]), element].sort((a, b) =>
    compare(String(a[field]), String(b[field])),
  );
