import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/**
 * Outbox and feed, for every service that publishes. Needs Dapr's table `state`. The placeholder `{partitions}` is the
 * number of partitions, which stays what it was at first.
 */
export const feedMigrations = migrationSet(join(__dirname, 'migrations', 'feed'));

/** Positions and dead letters, for every service that consumes events in PostgreSQL. */
export const consumerMigrations = migrationSet(join(__dirname, 'migrations', 'consumer'));
