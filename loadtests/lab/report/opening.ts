import { MOST_OF_BUDGET } from '../compare/rates.ts'
import type { Result } from '../compare/result.ts'
import { howMany, joined, percent, timeText } from './format.ts'
import { capital, comparedText, does, isAgainst, subjectOf } from './words.ts'

/** What was measured, at which rate and why at that one, and how much of it: two sentences. */
export function opening(result: Result): string {
  return `${capital(result.options.scenario)}, ${comparedText(result)}: ${rateText(result)} (${whyThatRate(result)}). ${amount(result)}.`
}

/** `60 orders a second`. */
export function rateText({ options, scenario }: Pick<Result, 'options' | 'scenario'>): string {
  const what = scenario.work === 'orders' ? 'order' : scenario.unit
  return `${options.ratePerSecond} ${what}${options.ratePerSecond === 1 ? '' : 's'} a second`
}

/** How the rate came about. */
function whyThatRate(result: Result): string {
  const { options, rateTries, arms } = result
  if (options.isRateGiven) return 'as asked for'
  const busy = rateTries.find((it) => it.ratePerSecond === options.ratePerSecond && !it.fits)
  if (busy) {
    const arm = arms.find(({ name }) => name === busy.arm)!
    const why =
      busy.budgetShare < MOST_OF_BUDGET
        ? `the load generator does not keep time with ${subjectOf(arm)}`
        : `${subjectOf(arm)} ${does(arm, 'use')} ${percent(busy.budgetShare)} of the CPU budget`
    return `the lowest of those tried, and even there ${why}`
  }
  const which =
    arms.length === 1 ? 'it used less than' : `neither ${isAgainst(result) ? 'of them' : 'stack'} used`
  return `the highest of those tried at which ${which} half of its CPU budget, and the load generator kept time`
}

/** `8 blocks of 4 rounds of 5 s each, on 4 starts of the processes, in 12 min`. */
function amount({ options, blocks, arms, rounds, startedAt, ending }: Result): string {
  const starts = new Set(rounds.map(({ start }) => start)).size
  const parts = [
    `${capital(howMany(blocks.counted + blocks.void, 'block'))} of ${arms.length * 2} rounds of ${timeText(options.durationSeconds)} each`,
    `on ${howMany(starts, 'start')} of the processes`,
    ...(ending ? [`in ${timeText((Date.parse(ending.finishedAt) - Date.parse(startedAt)) / 1000)}`] : []),
  ]
  if (blocks.void === 0) return parts.join(', ')
  return `${parts.join(', ')}; of these blocks, ${blocks.void} ${blocks.void === 1 ? 'does' : 'do'} not count`
}

/** In which order the rounds of a block came. */
export function orderText({ arms }: Pick<Result, 'arms'>): string {
  const [a, b] = arms.map(({ name }) => name)
  if (b === undefined) return 'A block is two rounds.'
  return `A block is four rounds, ${joined([a!, b, b, a!])}, or the mirror image of that, so that what the machine does slowly touches both alike.`
}
