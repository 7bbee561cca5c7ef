export * from './spans';
export * from './start';
export type { AttributesOf, SpanKey } from './table';
export * from './traceparent';
