import amqp from 'amqplib'
import { UserError } from '../../infra/user-error.ts'
import { queueNames } from '../../stacks/namespace.ts'
import type { Fault, FaultContext } from '../fault.ts'

const QUEUE_LIMIT = 5

/** What happens to RabbitMQ itself. */
export const brokerFaults: Fault[] = [
  {
    name: 'broker-killed',
    title: 'RabbitMQ killed (SIGKILL), started again on its data',
    stacks: ['services'],
    setup: { ownInfra: true },
    async inject(context) {
      const outage = brokerOf(context)
      await outage.kill()
      return () => outage.start()
    },
  },
  {
    name: 'broker-restarted',
    title: 'RabbitMQ restarted in order',
    stacks: ['services'],
    setup: { ownInfra: true },
    async inject(context) {
      const outage = brokerOf(context)
      await outage.stop()
      return () => outage.start()
    },
  },
  {
    name: 'broker-disk-alarm',
    title: "RabbitMQ's disk alarm: it blocks all who publish",
    stacks: ['services'],
    setup: { ownInfra: true },
    async inject(context) {
      const outage = brokerOf(context)
      await outage.diskAlarm(true)
      return () => outage.diskAlarm(false)
    },
  },
  {
    name: 'broker-queue-full',
    title: `a work queue full: nobody consumes, and it takes ${QUEUE_LIMIT} messages`,
    stacks: ['services'],
    setup: { queueLimit: QUEUE_LIMIT, links: ['inventory-rabbitmq'] },
    lastsMs: 2_000,
    async inject({ stack, links, note, violation }) {
      links['inventory-rabbitmq'].cut()
      return async () => {
        const depth = await depthOf(stack.amqp!)
        note(`the queue holds ${depth} messages`)
        if (depth < QUEUE_LIMIT)
          violation(`the fault is in force: the queue holds ${depth} of ${QUEUE_LIMIT}`)
        links['inventory-rabbitmq'].heal()
      }
    },
  },
]

function brokerOf({ infra }: FaultContext) {
  if (infra.outages.rabbitmq) return infra.outages.rabbitmq
  throw new UserError('This fault needs a RabbitMQ that the lab may kill: unset AMQP_URL.')
}

async function depthOf({ url, namespace }: { url: string; namespace: string }): Promise<number> {
  const connection = await amqp.connect(url)
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    return (await channel.checkQueue(queueNames(namespace).work[0]!)).messageCount
  } finally {
    await connection.close()
  }
}
