import type { Arm } from '../compare/arms.ts'
import type { Result } from '../compare/result.ts'

type Compared = Pick<Result, 'arms' | 'options'>

/** Whether one stack is held against itself at a commit. */
export const isAgainst = ({ options }: Pick<Result, 'options'>) => options.against !== null

/** What a ratio is called: `services / monolith`, or `now / before`. */
export const ratioTitle = ({ arms: [base, other] }: Pick<Result, 'arms'>) => `${other?.name} / ${base?.name}`

/** `the services`, `the monolith now`. */
export const subjectOf = (arm: Arm): string =>
  arm.name === arm.stack ? `the ${arm.stack}` : `the ${arm.stack} ${arm.name}`

/** A verb of what a stack does: one monolith, but several services. */
export const does = ({ stack }: Arm, verb: string) => (stack === 'services' ? verb : `${verb}s`)

/** What is compared, as the subject of a sentence that needs no verb: both stacks, or two states of one. */
export function comparedText({ arms, options }: Compared): string {
  const [first] = arms
  if (arms.length === 1) return `the ${first!.stack} alone`
  if (options.against === null) return 'the monolith and the services'
  const states =
    first!.stack === 'services' ? 'they are now against what they were' : 'it is now against what it was'
  return `the ${first!.stack} as ${states} at commit ${first!.commit?.slice(0, 12)} (${options.against})`
}

export const capital = (text: string) => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
