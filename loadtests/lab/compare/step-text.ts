import { figure } from '../report/format.ts'
import { type Ratio, relativeWidth } from '../stats/ratio.ts'
import { primaryRatios } from './comparison.ts'
import { countBlocks } from './counting.ts'
import { isDisturbed } from './marks.ts'
import type { Facts, Round, Rule } from './result.ts'

/** How far a run is after a block: what the ratios are by now, and what disturbed the block. */
export function blockText(facts: Facts, rule: Rule, rounds: Round[]): string {
  const { counted, blocks } = countBlocks(rounds, facts.arms, rule)
  const { cpu, median } = primaryRatios(facts, counted)
  const last = rounds.filter(({ block }) => block === rounds.at(-1)!.block)
  const disturbed = last.filter((round) => isDisturbed(round, rule.tolerate)).flatMap(({ marks }) => marks)
  const found = [cpu && `CPU ${ratioText(cpu)}`, median && `median ${ratioText(median)}`].filter(Boolean)
  const noise = disturbed.length > 0 ? `; disturbed: ${disturbed[0]!.why}` : ''
  return `${blocks.counted} block${blocks.counted === 1 ? '' : 's'} done${found.length > 0 ? `: ${found.join(', ')}` : ''}${noise}`
}

function ratioText(ratio: Ratio): string {
  const width = relativeWidth(ratio)
  return Number.isFinite(width)
    ? `${figure(ratio.value)}× ±${figure(width * 100)} %`
    : `${figure(ratio.value)}×`
}
