import amqp, { type ChannelModel } from 'amqplib'
import { UserError } from '../infra/user-error.ts'

/** Works on a connection to the broker. @throws UserError when it cannot be reached */
export async function withBroker<T>(url: string, work: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await amqp.connect(url, { timeout: 5_000 }).catch((error: Error) => {
    throw new UserError(`RabbitMQ at ${new URL(url).host} cannot be reached: ${error.message}`)
  })
  connection.on('error', () => {})
  try {
    return await work(connection)
  } finally {
    await connection.close().catch(() => {})
  }
}
