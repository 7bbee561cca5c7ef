export const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);
