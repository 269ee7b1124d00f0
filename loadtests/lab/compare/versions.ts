import amqp from 'amqplib'
import pg from 'pg'

/** For example `18.4`. */
export async function postgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]!.server_version
  } finally {
    await client.end()
  }
}

/** For example `3.10.8`. */
export async function rabbitmqVersion(url: string): Promise<string> {
  const connection = await amqp.connect(url, { timeout: 5_000 })
  connection.on('error', () => {})
  try {
    return String(connection.connection.serverProperties.version)
  } finally {
    await connection.close()
  }
}
