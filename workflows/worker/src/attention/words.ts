/** `customer-profile` as `Customer profile`. */
export const inWords = (kebab: string): string => {
  const text = kebab.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** `write-off/cd-1495` as `“write off” of cd-1495`. */
export const stepInWords = (step: string): string => {
  const [name = '', ...of] = step.split('/');
  const text = `“${name.replaceAll('-', ' ')}”`;
  return of.length === 0 ? text : `${text} of ${of.join('/')}`;
};

/** `orders.order-placed.v1` as `“order placed”`. */
export const eventInWords = (type: string): string => stepInWords(type.split('.')[1] ?? type);
