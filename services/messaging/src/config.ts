import Type from 'typebox'

/** The configuration of a process that talks to the broker. */
export const amqp = {
  AMQP_URL: Type.String({
    pattern: '^amqps?://[^\\s]+$',
    description: 'a RabbitMQ URL such as amqp://user:password@127.0.0.1:5672',
  }),
  AMQP_NAMESPACE: Type.String({
    default: 'shop',
    pattern: '^[a-z0-9_-]{1,64}$',
    description: 'a prefix for exchanges and queues: small letters, digits, - and _',
  }),
  /** A queue keeps the limit that it was made with: to change it, delete the queue while it is empty. */
  AMQP_QUEUE_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 10_000_000,
    default: 10_000,
    description: 'the most messages in a queue, the same for all services, from 1 to 10000000',
  }),
}
