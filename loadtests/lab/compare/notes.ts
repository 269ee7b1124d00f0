import { isDisturbed, isHard, type SoftKind } from './marks.ts'
import type { Result, Round } from './result.ts'

/** A program that is named must have had so much of the machine in some round. */
const WORTH_NAMING = 0.02

const WORDS: Record<SoftKind, string> = {
  company: 'other programs took CPU time',
  'k6-late': 'k6 was late',
  'k6-cpu': 'k6 was short of CPU',
  dropped: 'k6 left iterations out',
  failed: 'requests failed',
  thresholds: 'a threshold of the script was crossed',
  unsteady: 'a latency rose or fell',
}

type Judged = Omit<Result, 'notes'>

/** What a reader must know of a valid run before its figures, a sentence each. */
export const notesOf = (result: Judged): string[] => [
  ...disturbance(result),
  ...starts(result),
  ...(result.ending?.because === 'asked'
    ? ['It was ended by hand before it was known as well as was wanted.']
    : []),
  ...(result.ending === null
    ? ['The command ended before its end: this is what it had measured until then.']
    : []),
  ...(result.audit.length === 0
    ? ['It was not audited, so nobody has checked that all orders were done.']
    : []),
  ...(result.ending?.complaints ?? []).map((it) => `At a stop: ${it}.`),
]

/** What disturbed how many of the blocks that count, with the programs named. */
function disturbance({ rounds, blocks, rule, arms }: Judged): string[] {
  const noisy = blocks.counted - blocks.quiet
  if (noisy === 0) return []
  const marked = rounds.filter((round) => isDisturbed(round, rule.tolerate))
  const kinds = new Map<SoftKind, number>()
  for (const { marks } of marked)
    for (const kind of new Set(marks.filter((it) => !isHard(it)).map((it) => it.kind as SoftKind)))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const told = [...kinds]
    .filter(([kind]) => !rule.tolerate.includes(kind))
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${WORDS[kind]}${kind === 'company' ? culprits(marked) : ''} in ${count}`)
  return [
    `${noisy} of ${blocks.counted} blocks were disturbed; of ${arms.length * 2 * blocks.counted} rounds: ${told.join('; ')}.`,
  ]
}

/** The programs that took most, by their share of the machine in the worst round; and the host of a virtual machine. */
function culprits(rounds: Round[]): string {
  const worst = new Map<string, number>()
  const note = (name: string, share: number) => worst.set(name, Math.max(share, worst.get(name) ?? 0))
  for (const { company } of rounds) {
    for (const { name, share } of company.programs) note(name, share)
    note('the host of this virtual machine', company.stolen)
  }
  const named = [...worst].filter(([, share]) => share >= WORTH_NAMING).toSorted(([, a], [, b]) => b - a)
  if (named.length === 0) return ''
  return ` (${named
    .slice(0, 3)
    .map(([name, share]) => `${name} up to ${Math.round(share * 100)} %`)
    .join(', ')})`
}

function starts({ rounds, intervalsOver, units }: Judged): string[] {
  const count = new Set(rounds.map(({ start }) => start)).size
  if (intervalsOver === 'starts') return []
  const few = units < 5 ? ` From so few no verdict is drawn.` : ''
  const which = count === 1 ? 'one start of the processes' : `${count} starts of the processes`
  return [
    `The intervals are over ${units} block${units === 1 ? '' : 's'} of ${which}: another start may lie outside of them.${few}`,
  ]
}
