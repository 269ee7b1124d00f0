import { isDisturbed, isHard } from '../compare/marks.ts'
import type { Result, Round } from '../compare/result.ts'

/** Every round that something was wrong with, one line each. */
export const markedRounds = ({ rounds, rule }: Result): string[] =>
  rounds
    .filter(({ marks }) => marks.length > 0)
    .map((round) => {
      const { block, position, arm, marks } = round
      return `Block ${block}, round ${position}, ${arm}: ${marks.map(({ why }) => why).join('; ')}${consequence(round, rule)}.`
    })

/** What became of it, where it is not that it counts as disturbed. */
function consequence(round: Round, { strict, tolerate }: Result['rule']): string {
  if (round.marks.some(isHard)) return ' (makes the run invalid)'
  if (!isDisturbed(round, tolerate)) return ' (tolerated, as was asked)'
  return strict ? ' (its block does not count)' : ''
}

/** What the list of marked rounds means, a sentence. */
export function marksText({ rounds, rule, blocks }: Result): string {
  if (rounds.every(({ marks }) => marks.length === 0)) return 'Nothing disturbed any round.'
  if (rounds.every(({ marks }) => marks.every(isHard))) return ''
  if (rule.strict) return 'A block with a disturbed round does not count (--strict).'
  return blocks.quiet === blocks.counted
    ? 'These rounds count like all others.'
    : 'These rounds count like all others: the intervals are wider for them. Where both kinds of blocks are there, the table has the undisturbed ones alone beside all.'
}
