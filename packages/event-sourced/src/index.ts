export * from './audit';
export * from './command-context';
export * from './event-sourced';
export * from './executor';
export * from './numbered';
export * from './reactions';
export * from './reply';
export * from './streams';
