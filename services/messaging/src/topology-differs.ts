import { Missing } from '@shop/shared/runtime/health.ts'

/**
 * What RabbitMQ says, from 3.10 to 4, of what is there already and not as it was declared. A value is `'5'`,
 * `the value '5' of type 'short'`, or `none`.
 */
const DIFFERS =
  /inequivalent arg '([^']+)' for (queue|exchange) '([^']+)' in vhost '.*?': received (.+) but current is ([^"]+)/

/** In which argument a queue differs from what was wanted, if that is what the broker says. */
export const differsIn = (error: Error): string | undefined => DIFFERS.exec(error.message)?.[1]

/** An error of the broker, with what it means when a queue or an exchange is there with another argument than was wanted. */
export function explainDifference(error: Error): Error {
  const [, argument, kind, name, wanted, current] = DIFFERS.exec(error.message) ?? []
  if (!name) return error
  return new Missing(
    `the ${kind} ${name} has ${argument} ${valueIn(current!)}, and this process wants ${valueIn(wanted!)}: give it the ` +
      `same, or delete the ${kind} while it is empty (docs/docker.md)`,
  )
}

const valueIn = (said: string) => /'(.*?)'/.exec(said)?.[1] ?? said.trim()
