/** The day in UTC of an instant in ISO 8601 with the zone Z, as `2026-01-31`. */
export const utcDayOf = (instant: string): string => instant.slice(0, 'yyyy-mm-dd'.length);
