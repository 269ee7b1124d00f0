import type { Result } from '../compare/result.ts'

/** What the last column of the table says. */
export const CONTROL =
  'A/A: the monolith against itself in the same blocks. What is nearer to 1 than that, this run cannot tell.'

/** How many blocks were void, a sentence. */
export function voids({ blocks }: Result): string {
  if (blocks.void === 0) return 'No block was void.'
  return `${blocks.void} of ${blocks.counted + blocks.void} blocks were void and do not count.`
}

/** Every void round with its reasons, one line each. */
export const voidRounds = ({ rounds }: Result): string[] =>
  rounds
    .filter((it) => it.void.length > 0)
    .map(({ round, stack, isControl, void: reasons }) => {
      const arm = isControl ? `${stack} once more` : stack
      return `Block ${round}, ${arm}: ${reasons.join('; ')}.`
    })

/** What a stack against itself came to: whether this run saw a difference where there is none. */
export function controlSentence({ comparison, stacks }: Result): string {
  if (!comparison || stacks.length < 2) return ''
  const controls = comparison.flatMap(({ title, control }) => (control ? [{ title, control }] : []))
  const seen = controls.filter(({ control }) => control.verdict !== 'cannot tell').map(({ title }) => title)
  if (controls.length === 0) return ''
  if (seen.length === 0)
    return 'The monolith against itself: the run cannot tell a difference in any row, as it must be.'
  return `The monolith against itself: the run sees a difference in ${seen.length} of ${controls.length} rows (${seen.join('; ')}), where there is none. Of 95% intervals, one in twenty does so by chance; in these rows a difference between the stacks counts only where it is larger.`
}
