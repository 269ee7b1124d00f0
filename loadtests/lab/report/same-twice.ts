import type { Result, SameTwice } from '../compare/result.ts'
import { joined, percent } from './format.ts'

/** How far two measurements of the same thing differ in this run, a sentence; empty where nothing was measured twice. */
export function sameTwiceText({ sameTwice }: Pick<Result, 'sameTwice'>): string {
  const told = sameTwice.flatMap((it) => {
    const found = differences(it)
    return found ? [`by ${found} (${it.arm})`] : []
  })
  if (told.length === 0) return ''
  return `The same thing twice: two rounds of one block differ ${joined(told)}. So much is this machine's noise from round to round; the means over all blocks are surer.`
}

function differences({ cpu, median }: SameTwice): string {
  const known = [
    ...(cpu === null ? [] : [`${percent(cpu)} in CPU time`]),
    ...(median === null ? [] : [`${percent(median)} in the median latency`]),
  ]
  return joined(known)
}
