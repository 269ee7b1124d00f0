import type { Result } from '../compare/result.ts'
import { countedRounds } from '../compare/verdict.ts'

/** From this share of the machine's CPU time on, other programs disturb. */
const MUCH = 0.1

const most = ({ rounds }: Result) =>
  Math.max(0, ...countedRounds(rounds).counted.map(({ otherCpuShare }) => otherCpuShare))

/** Whether so much else ran on the machine that the figures suffered. */
export const isDisturbed = (result: Result) => most(result) >= MUCH

/** How much else ran on the machine, a sentence. */
export function company(result: Result): string {
  const share = `${Math.round(most(result) * 100)}% of this machine's CPU time`
  if (!isDisturbed(result)) return `Other programs took at most ${share} during a round.`
  return `Other programs took up to ${share} during a round, so latencies are higher and less steady than they could be. Close them and run again.`
}
