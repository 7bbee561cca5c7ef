/** `stock-reserved` as `Stock reserved`. */
export const words = (kebab: string): string => {
  const text = kebab.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** `accounts.money-withdrawn.v1` as `Money withdrawn`. */
export const factOf = (type: string): string => words(type.split('.')[1] ?? type);

/** `placeOrder` as `Place order`. */
export const sagaName = (type: string): string =>
  words(type.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));

/** Digits in groups of four, so that people can read them out. */
export const grouped = (number: string): string => number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
