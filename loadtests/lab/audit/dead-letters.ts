import { peekAll } from '../stacks/namespace.ts'
import type { StackAmqp } from '../stacks/stack.ts'
import type { Check } from './check.ts'

/** What of a dead letter tells where it comes from. */
export type DeadLetter = {
  queue: string
  content: Buffer
  properties: { messageId?: unknown; type?: unknown; headers?: Record<string, unknown> }
}
export type IsExplained = (letter: DeadLetter) => boolean

const EXAMPLES = 3

/**
 * Checks I7: no fact of the shop's own is set aside for a hand. The letters stay where they are.
 * @param isExplained without it, as many as are expected are explained
 */
export async function checkDeadLetters(
  amqp: StackAmqp,
  expected: number,
  isExplained?: IsExplained,
): Promise<Check> {
  const name = 'I7 every dead letter is explained'
  const letters = await peekAll(amqp)
  const unexplained = isExplained ? letters.filter((it) => !isExplained(it)) : letters.slice(expected)
  if (unexplained.length === 0) return { name, ok: true, detail: `${letters.length} looked at` }
  const told = unexplained.slice(0, EXAMPLES).map(describe)
  return { name, ok: false, detail: `${unexplained.length} of ${letters.length}, such as ${told.join('; ')}` }
}

function describe({ queue, content, properties: { type, messageId } }: DeadLetter): string {
  return `${String(type)} ${String(messageId)} in ${queue}: ${content.toString().slice(0, 80)}`
}
