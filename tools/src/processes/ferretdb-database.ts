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

/**
 * FerretDB evaluates the filter of a replacement first and writes later, so of two concurrent replacements of a document
 * that are guarded by its `rev` the second one would win. PostgreSQL rejects it, as MongoDB would.
 */
const REVISION_GUARDS = `
  create or replace function ferretdb_revision() returns trigger language plpgsql as $$
  begin
    if (new._jsonb->>'rev')::numeric <> (old._jsonb->>'rev')::numeric + 1 then
      raise exception 'another writer has changed the document %', old._jsonb->>'_id';
    end if;
    return new;
  end $$;
  create or replace function ferretdb_guard() returns event_trigger language plpgsql as $$
  declare made record;
  begin
    for made in
      select objid::regclass as made_on from pg_event_trigger_ddl_commands() command
        join pg_attribute field on field.attrelid = command.objid and field.attname = '_jsonb'
      where command.object_type = 'table'
    loop
      execute format(
        'create trigger revision before update on %s for each row when (old._jsonb ? ''rev'') execute function public.ferretdb_revision()',
        made.made_on);
    end loop;
  end $$;
  drop event trigger if exists ferretdb_guard;
  create event trigger ferretdb_guard on ddl_command_end
    when tag in ('CREATE TABLE') execute function ferretdb_guard();`;

/**
 * Makes FerretDB fast, and its guards atomic, in its database. `adminUrl` is that of a superuser; to be called before
 * FerretDB starts.
 */
export const prepareFerretdbDatabase = async (adminUrl: string, database: string): Promise<void> => {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  await withClient(url.href, async (client) => {
    await client.query(COMPANIONS);
    await client.query(REVISION_GUARDS);
    // The name of the field is a parameter of its statements, so a plan for all fields can use no index.
    await client.query(
      `alter database ${escapeIdentifier(database)} set plan_cache_mode = 'force_custom_plan'`,
    );
  });
};
