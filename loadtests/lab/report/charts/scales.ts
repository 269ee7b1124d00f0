/** Where a percentile stands on an axis that gives each nine of the tail the same room: 50, 90, 99, 99.9. */
export const percentilePosition = (percentile: number) => -Math.log10(1 - percentile / 100)

/**
 * The ends and ticks of a logarithmic axis that holds a range of positive numbers, as logarithms: the steps 1, 2, 5 of
 * each decade, or fewer where that makes more ticks than `atMost`.
 */
export function logTicks(
  least: number,
  most: number,
  atMost = 12,
): { min: number; max: number; ticks: number[] } {
  const tries = [[1, 2, 5], [1, 3], [1]].map((steps) =>
    ticksAround(Math.log10(least), Math.log10(most), steps),
  )
  const ticks = tries.find((it) => it.length <= atMost) ?? tries.at(-1)!
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks }
}

function ticksAround(low: number, high: number, steps: number[]): number[] {
  const [from, to] = [Math.floor(low), Math.ceil(high)]
  const all = Array.from({ length: to - from + 1 }, (_, i) =>
    steps.map((step) => from + i + Math.log10(step)),
  ).flat()
  const first = all.findLastIndex((tick) => tick <= low)
  const last = all.findIndex((tick) => tick >= high)
  return all.slice(first, last + 1)
}

/** The smallest round number (1, 2, 2.5 or 5 times a power of ten, times four) that holds `most`, and four steps to it. */
export function linearTicks(most: number): { max: number; ticks: number[] } {
  const rough = most / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((it) => it * power).find((it) => it >= rough)!
  const count = Math.ceil(most / step)
  return {
    max: step * count,
    ticks: Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6))),
  }
}

/** A tick's label, without the traces of arithmetic. */
export const tickText = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US')
