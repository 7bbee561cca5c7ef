export * from './aggregate';
export * from './command-handler';
export * from './decider';
export * from './event-store';
export * from './memory-store';
export * from './outcome';
export * from './published';
export * from './remember';
