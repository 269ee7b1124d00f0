import { setTimeout as delay } from 'node:timers/promises'
import amqp from 'amqplib'
import pg from 'pg'
import { type Infra, startInfra } from './infra.ts'
import { startPostgres } from './postgres.ts'

// Servers of their own: those that the tests share must not go away.
const { POSTGRES_URL, AMQP_URL } = process.env
let infra: Infra

beforeAll(async () => {
  delete process.env.POSTGRES_URL
  delete process.env.AMQP_URL
  infra = await startInfra()
  await infra.ready
}, 120_000)
afterAll(async () => {
  await infra?.stop()
  Object.assign(process.env, { POSTGRES_URL, AMQP_URL })
}, 60_000)

describe('PostgreSQL', () => {
  it.each(['stop', 'kill'] as const)('comes back on its data and port after %s', async (end) => {
    await query(infra.postgresUrl, `create table ${end}_test as select 7 as seven`)
    const { outages, pids } = infra
    const before = pids.postgres
    await outages.postgres![end]()
    await expect(query(infra.postgresUrl, 'select 1')).rejects.toThrow('ECONNREFUSED')
    await outages.postgres!.start()
    expect((await query(infra.postgresUrl, `select seven from ${end}_test`)).rows).toEqual([{ seven: 7 }])
    expect(pids.postgres).not.toBe(before)
  })

  it('that was attached to has no outage', async () => {
    process.env.POSTGRES_URL = infra.postgresUrl
    const { outage } = await startPostgres({ dir: infra.dir })
    delete process.env.POSTGRES_URL
    expect(outage).toBeUndefined()
  })
})

describe('RabbitMQ', () => {
  it('comes back on its data and port after a kill', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('kept', { durable: true })
      channel.sendToQueue('kept', Buffer.from('x'), { persistent: true })
      await channel.waitForConfirms()
    })
    const { outages } = infra
    await outages.rabbitmq!.kill()
    await expect(amqp.connect(infra.amqpUrl)).rejects.toThrow('ECONNREFUSED')
    await outages.rabbitmq!.start()
    await onChannel(async (channel) => {
      expect((await channel.get('kept')) && true).toBe(true)
    })
  })

  it('blocks who publishes while its disk alarm is raised', async () => {
    const connection = await amqp.connect(infra.amqpUrl)
    const said: string[] = []
    for (const event of ['blocked', 'unblocked']) connection.on(event, () => said.push(event))
    const channel = await connection.createConfirmChannel()
    await infra.outages.rabbitmq!.diskAlarm(true)
    channel.publish('', 'nowhere', Buffer.from('x'))
    const confirmed = channel.waitForConfirms().then(() => 'confirmed')
    await untilSaid(said, 'blocked')
    await infra.outages.rabbitmq!.diskAlarm(false)
    expect(await confirmed).toBe('confirmed')
    await untilSaid(said, 'unblocked')
    await connection.close()
  })
})

async function untilSaid(said: string[], event: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!said.includes(event)) {
    if (Date.now() > deadline) throw new Error(`The broker did not say '${event}'`)
    await delay(20)
  }
}

async function onChannel(work: (channel: amqp.ConfirmChannel) => Promise<void>): Promise<void> {
  const connection = await amqp.connect(infra.amqpUrl)
  try {
    await work(await connection.createConfirmChannel())
  } finally {
    await connection.close()
  }
}

async function query(url: string, sql: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
