import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { MigrationBuilder, RunnerOption } from 'node-pg-migrate';

/** The tables of one owner: numbered SQL files in a folder, whose name also names the set in the database. */
export type MigrationSet = Readonly<{ name: string; folder: string }>;

export const migrationSet = (folder: string): MigrationSet => ({ name: basename(folder), folder });

/**
 * Values for the placeholders `{name}` in a migration: text becomes a quoted identifier, a number stays a number.
 * `{service}` is the role that the running service connects with.
 */
export type Parameters = Readonly<Record<string, string | number>>;

/** A migration that waits longer for a lock fails: while it waits, every query behind it waits as well. */
const LOCK_TIMEOUT = `set local lock_timeout = '5s';`;

/** First line of a file with one statement that cannot run in a transaction, such as `create index concurrently`. */
const NO_TRANSACTION = '-- no transaction\n';

const addTo = (builder: MigrationBuilder, sql: string, parameters: Parameters): void => {
  if (sql.startsWith(NO_TRANSACTION)) builder.noTransaction();
  else builder.sql(LOCK_TIMEOUT);
  builder.sql(sql, parameters);
};

/** Loads SQL files with their placeholders filled in. They only go up: the next migration corrects a bad one. */
export const sqlWith = (
  parameters: Parameters,
): NonNullable<RunnerOption['migrationLoaderStrategies']>[number] => ({
  extensions: ['.sql'],
  loader: (files) =>
    Promise.all(
      files.map(async (file) => {
        const sql = await readFile(file, 'utf8');
        return {
          id: file,
          filePaths: [file],
          actions: {
            up: (builder: MigrationBuilder) => addTo(builder, sql, parameters),
            down: false as const,
          },
        };
      }),
    ),
});
