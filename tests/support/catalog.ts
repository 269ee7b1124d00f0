import pg from 'pg'

/** What PostgreSQL knows of the tables of a database, a line each, in any order of columns. Tables of versions are left out. */
export async function catalogOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(CATALOG)
    return rows.map(({ line }) => line).sort()
  } finally {
    await client.end()
  }
}

const CATALOG = `
  with its as (
    select c.oid, c.relname, c.relkind, c.reloptions from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relname not like '%schema_version%'
  )
  select format('%s %s (%s)', relkind, relname, array_to_string(reloptions, ', ')) as line from its
  union all
  select format('%s.%s %s not null %s default %s collate %s storage %s', relname, attname,
                format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), collname, attstorage)
  from its join pg_attribute a on a.attrelid = its.oid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_collation l on l.oid = a.attcollation
  where attnum > 0 and not attisdropped and relkind = 'r'
  union all
  select format('%s: %s %s valid %s', relname, conname, pg_get_constraintdef(k.oid), convalidated)
  from its join pg_constraint k on k.conrelid = its.oid
  union all
  select format('%s valid %s', pg_get_indexdef(indexrelid), indisvalid)
  from its join pg_index i on i.indrelid = its.oid
  union all
  select format('%s: trigger %s', relname, pg_get_triggerdef(t.oid))
  from its join pg_trigger t on t.tgrelid = its.oid and not tgisinternal`
