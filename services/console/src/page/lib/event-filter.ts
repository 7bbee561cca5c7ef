import type { LiveEvent } from './api-types';

/** The searchable text of an event. */
const textOf = ({ type, source, subject, data }: LiveEvent): string =>
  `${type} ${source} ${subject} ${Object.values(data)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(' ')}`.toLowerCase();

/** Whether an event contains every typed word, and none of those with a `-` before them. */
export const eventFilter = (typed: string): ((event: LiveEvent) => boolean) => {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return (event) => {
    const text = textOf(event);
    return words.every((word) =>
      word.startsWith('-') && word.length > 1 ? !text.includes(word.slice(1)) : text.includes(word),
    );
  };
};
