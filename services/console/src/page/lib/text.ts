/** Any value of the API as text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** The text of one form field. */
export const typedIn = (form: HTMLFormElement, name: string): string =>
  textOf(new FormData(form).get(name) ?? '').trim();
