export * from './answering';
export * from './board';
export * from './definition';
export * from './failures';
export * from './operator';
export * from './saga';
export * from './search-attributes';
