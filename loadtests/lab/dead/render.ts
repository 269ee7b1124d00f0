import { colours as pc } from '../cli/colours.ts'
import { renderTable } from '../cli/table.ts'
import type { Letter } from './letters.ts'
import { whyUnreadable } from './reason.ts'
import type { Fate, Redriven } from './redrive.ts'

const FIRST_BYTES = 60

export function renderLetters(letters: Letter[]): string {
  if (letters.length === 0) return 'There is no dead letter.'
  const rows = letters.map(({ queue, id, topic, at, times, raw }) => [
    queue,
    shown(id),
    shown(topic),
    at?.toISOString() ?? '',
    String(times ?? ''),
    shown(raw.content.subarray(0, FIRST_BYTES).toString()),
  ])
  const table = renderTable(['queue', 'id', 'topic', 'when', 'times', 'begins with'], rows, { right: [4] })
  return `${table}\n${counted(letters.length)}.`
}

/** One letter with all that is known of it. */
export function renderLetter(letter: Letter): string {
  const { queue, id, topic, at, raw } = letter
  const why = whyUnreadable(letter)
  const lines = [
    `id       ${shown(id)}`,
    `queue    ${queue}`,
    `topic    ${shown(topic)}`,
    `when     ${at?.toISOString() ?? 'the broker does not tell'}`,
    `reason   ${why ? `it cannot be read: ${shown(why)}` : 'it can be read: whoever handled it failed. See the log of its consumer.'}`,
    `headers  ${shown(JSON.stringify(raw.properties.headers ?? {}, null, 2), true)}`,
    `content  ${raw.content.length} bytes`,
    shown(raw.content.toString(), true),
  ]
  return lines.join('\n')
}

const WORDS: Record<Fate, string> = {
  sent: pc.green('sent again'),
  waiting: 'sent again; it waits: no consumer has taken it',
  'dead again': pc.red('sent again, and dead again'),
  refused: pc.red('not sent: the queue is full or gone. It is where it was'),
}

export function renderRedriven(redriven: Redriven[]): string {
  if (redriven.length === 0) return 'There is no dead letter.'
  const rows = redriven.map(({ queue, id, topic, fate }) => [queue, shown(id), shown(topic), WORDS[fate]])
  return renderTable(['queue', 'id', 'topic', 'what became of it'], rows)
}

const counted = (count: number) => (count === 1 ? '1 dead letter' : `${count} dead letters`)

/** Somebody else's text must not speak to the terminal. */
const shown = (text: string, mayHaveLines = false) =>
  text.replace(mayHaveLines ? /[^\P{C}\n]/gu : /\p{C}/gu, '\u{fffd}')
