import { isProblemName, problems } from '@bankside/contracts/problems';

/** `stock-reserved` as `Stock reserved`. */
export const inWords = (kebab: string): string => {
  const text = kebab.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const CODE = /^[a-z]+(-[a-z]+)*$/;

/** The reason of a rejection: the title of its problem. An error message stays as it is. */
export const reasonInWords = (reason: string): string => {
  if (isProblemName(reason)) return problems[reason].title;
  return CODE.test(reason) ? inWords(reason) : reason;
};

/** `accounts.money-withdrawn.v1` as `Money withdrawn`. */
export const eventName = (type: string): string => inWords(type.split('.')[1] ?? type);

/** `placeOrder` as `Place order`. */
export const sagaName = (type: string): string =>
  inWords(type.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));

/** Digits in groups of four, so that people can read them out. */
export const inGroups = (number: string): string => number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');

/** `1 event`, `2 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
