export { migrate, type MigrateOptions } from './migrate';
export { migrationSet, type MigrationSet } from './migration-set';
export { migrateFrom } from './program';
