import pg from 'pg'

const { escapeIdentifier, escapeLiteral } = pg

export type Role = { role: string; password: string }
/** A database, the role that owns it and what is in it, and the role that reads and writes its rows. */
export type Database = { name: string; owner: Role; user: Role }

/**
 * Creates databases, each with two roles; no other role but a superuser can connect to it.
 * @param adminUrl URL of a role that may create databases and roles
 */
export async function createDatabases(adminUrl: string, databases: Database[]): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    for (const database of databases) await createDatabase(admin, database)
  })
  for (const { name, owner, user } of databases) {
    await withClient(databaseUrl(adminUrl, name, owner), (client) => letUse(client, user))
  }
}

/** Drops databases and their roles, ending the connections to them. Those that are not there are passed over. */
export async function dropDatabases(adminUrl: string, databases: Database[]): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    for (const { name } of databases)
      await admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`)
    for (const { role } of databases.flatMap(({ owner, user }) => [owner, user]))
      await admin.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`)
  })
}

/** The URL under which a role reaches a database. */
export function databaseUrl(adminUrl: string, name: string, { role, password }: Role): string {
  const url = new URL(adminUrl)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

async function createDatabase(admin: pg.Client, { name, owner, user }: Database) {
  for (const { role, password } of [owner, user])
    await admin.query(`CREATE ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${escapeLiteral(password)}`)
  const [database, itsOwner] = [escapeIdentifier(name), escapeIdentifier(owner.role)]
  // An administrator that is no superuser may only give a database to a role that it belongs to.
  await admin.query(`GRANT ${itsOwner} TO CURRENT_USER`)
  await admin.query(`CREATE DATABASE ${database} OWNER ${itsOwner}`)
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
  // What everybody may do by default, and the audit does: it counts in temporary tables.
  await admin.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${escapeIdentifier(user.role)}`)
}

/** Rows, and nothing else, of every table that the owner is going to make. */
const letUse = (owner: pg.Client, { role }: Role) =>
  owner.query(
    `ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${escapeIdentifier(role)}`,
  )

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
