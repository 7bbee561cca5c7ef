const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const exactClock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

export const timeOf = (iso: string): string => clock.format(new Date(iso));
/** With milliseconds. */
export const exactTimeOf = (iso: string): string => exactClock.format(new Date(iso));
export const dayOf = (iso: string): string => day.format(new Date(iso));
export const dateTimeOf = (iso: string): string => dateTime.format(new Date(iso));

/** A duration in a suitable unit. */
export const duration = (ms: number): string => {
  if (ms < 1_000) return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
