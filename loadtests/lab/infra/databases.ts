import pg from 'pg'

const { escapeIdentifier, escapeLiteral } = pg

/** A database, and the role that owns it and alone may connect to it. */
export type Database = { name: string; role: string; password: string }

/**
 * Creates databases, each with a role that owns it; no other role but a superuser can connect to it.
 * @param adminUrl URL of a role that may create databases and roles
 * @returns the URL of each database for its role, in the order given
 */
export async function createDatabases(adminUrl: string, databases: Database[]): Promise<string[]> {
  await withAdmin(adminUrl, async (admin) => {
    for (const database of databases) await createDatabase(admin, database)
  })
  return databases.map((database) => databaseUrl(adminUrl, database))
}

/** Drops databases and their roles, ending the connections to them. Those that are not there are passed over. */
export async function dropDatabases(
  adminUrl: string,
  databases: Pick<Database, 'name' | 'role'>[],
): Promise<void> {
  await withAdmin(adminUrl, async (admin) => {
    for (const { name } of databases)
      await admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`)
    for (const { role } of databases) await admin.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`)
  })
}

/** The URL under which a database's role reaches it. */
export function databaseUrl(adminUrl: string, { name, role, password }: Database): string {
  const url = new URL(adminUrl)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

async function createDatabase(admin: pg.Client, { name, role, password }: Database) {
  const [database, owner] = [escapeIdentifier(name), escapeIdentifier(role)]
  await admin.query(`CREATE ROLE ${owner} LOGIN PASSWORD ${escapeLiteral(password)}`)
  // An administrator that is no superuser may only give a database to a role that it belongs to.
  await admin.query(`GRANT ${owner} TO CURRENT_USER`)
  await admin.query(`CREATE DATABASE ${database} OWNER ${owner}`)
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
}

async function withAdmin(adminUrl: string, work: (admin: pg.Client) => Promise<void>) {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}
