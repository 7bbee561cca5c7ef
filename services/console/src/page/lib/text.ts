/** Whatever the API has told, as text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** What is typed in one field of a form. */
export const typedIn = (form: HTMLFormElement, name: string): string =>
  textOf(new FormData(form).get(name) ?? '').trim();
