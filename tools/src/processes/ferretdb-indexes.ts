import { escapeIdentifier } from 'pg';
import { withClient } from './database';

/**
 * FerretDB queries whether `_jsonb->'field'` *contains* a value, which the btree indexes that it creates do not support: it
 * reads every document for each one that it finds or replaces. So each of its indexes gets a companion that supports it.
 */
const COMPANIONS = `
  create or replace function ferretdb_companion() returns event_trigger language plpgsql as $$
  declare made record;
  begin
    for made in
      select index.indrelid::regclass as made_on, pg_get_indexdef(index.indexrelid, 1, true) as field
      from pg_event_trigger_ddl_commands() command
        join pg_index index on index.indexrelid = command.objid
        join pg_class class on class.oid = index.indexrelid
        join pg_class owner on owner.oid = index.indrelid
        join pg_am method on method.oid = class.relam
      where method.amname = 'btree' and index.indexprs is not null and owner.relname not like '\\_ferretdb%'
    loop
      execute format('create index on %s using gin ((%s) jsonb_path_ops) with (fastupdate = off)', made.made_on, made.field);
    end loop;
  end $$;
  drop event trigger if exists ferretdb_companion;
  create event trigger ferretdb_companion on ddl_command_end
    when tag in ('CREATE INDEX') execute function ferretdb_companion();`;

/** Adds the companions to the database of FerretDB, as a superuser. To be called before FerretDB starts. */
export const addFerretdbIndexes = async (adminUrl: string, database: string): Promise<void> => {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  await withClient(url.href, async (client) => {
    await client.query(COMPANIONS);
    // The name of the field is a parameter of its statements, so a plan for all fields can use no index.
    await client.query(
      `alter database ${escapeIdentifier(database)} set plan_cache_mode = 'force_custom_plan'`,
    );
  });
};
