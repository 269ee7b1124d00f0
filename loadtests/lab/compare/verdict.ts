import type { StackName } from '../stacks/start.ts'
import { LEAST_ROUNDS } from '../stats/ratio.ts'
import type { Result, Round } from './result.ts'

const EXAMPLES = 4

/** The rounds of blocks none of whose rounds is void, and how many blocks there were of each kind. */
export function countedRounds(rounds: Round[]): { counted: Round[]; blocks: Result['blocks'] } {
  const all = new Set(rounds.map(({ round }) => round))
  const voids = new Set(rounds.filter((it) => it.void.length > 0).map(({ round }) => round))
  return {
    counted: rounds.filter(({ round }) => !voids.has(round)),
    blocks: { counted: all.size - voids.size, void: voids.size },
  }
}

/** The rounds that speak for a stack, in the order of their blocks: those that count and are no control. */
export const roundsOf = ({ rounds }: Pick<Result, 'rounds'>, stack: StackName): Round[] =>
  countedRounds(rounds)
    .counted.filter((it) => it.stack === stack && !it.isControl)
    .toSorted((a, b) => a.round - b.round)

/**
 * Why the figures of a run say nothing; empty when they do say something. One sentence each. A run may count with fewer blocks
 * than were asked for, as long as they are enough for a verdict and no fewer than those that were thrown away.
 */
export function faultsOf({ rounds, audit, options }: Pick<Result, 'rounds' | 'audit' | 'options'>): string[] {
  const { blocks } = countedRounds(rounds)
  const isEnough = blocks.counted >= Math.min(options.rounds, LEAST_ROUNDS) && blocks.counted >= blocks.void
  return [...(isEnough ? [] : tooMuchVoid(rounds, blocks)), ...auditFaults(audit)]
}

function tooMuchVoid(rounds: Round[], blocks: Result['blocks']): string[] {
  const reasons = rounds.flatMap(({ stack, round, void: reasons }) =>
    reasons.map((reason) => `${stack}, block ${round}: ${reason}`),
  )
  return [`${blocks.void} of ${blocks.counted + blocks.void} blocks are void`, ...shortened(reasons)]
}

function auditFaults(audit: Result['audit']): string[] {
  return audit.flatMap(({ stack, checks }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => `${stack}: the audit failed: ${name}. ${detail}`),
  )
}

function shortened(faults: string[]): string[] {
  if (faults.length <= EXAMPLES) return faults
  return [
    ...faults.slice(0, EXAMPLES),
    `and ${faults.length - EXAMPLES} more of this kind: see rounds in result.json`,
  ]
}
