export * from './customers';
export * from './number-change';
export * from './number-change-reactions';
export * from './number-changes';
export * from './numbers';
export * from './products';
