/**
 * What became of the probes of a rate, in orders a second: `held` of the `of` that said something, and how many were void: each
 * of those may have been a failure.
 */
export type Level = { rate: number; held: number; of: number; void: number }

/** What is known of a capacity, in orders a second. */
export type Estimate = {
  /** The rate that holds in half of the probes, or the highest that held when none failed; 0 when none held, or none is known. */
  perSecond: number
  /** The highest rate up to which every probe held; null where none is known. */
  low: number | null
  /** The lowest from which none held; null where none is known. */
  high: number | null
}

/** One probe may hold, or fail, by luck: no single one bounds anything. */
export const LEAST_PROBES = 2

/**
 * What the probes of some rates tell.
 * @param least the lowest rate that may be tried: where it never held, none does
 */
export function capacityOf(levels: Level[], least: number): Estimate {
  const { low, high } = boundsOf(levels)
  const judged = judgedOf(levels)
  const highestHeld = judged.findLast(({ held }) => held > 0)?.rate
  if (highestHeld === undefined)
    return { perSecond: 0, low: high !== null && judged[0]!.rate <= least ? 0 : null, high }
  const hasFailed = judged.some(({ held, of }) => held < of)
  if (hasFailed) return { perSecond: estimateEdge(levels), low, high }
  return { perSecond: low === null ? 0 : highestHeld, low, high }
}

/**
 * Estimates the rate at which a probe holds as often as not, from some rates tried several times each: the estimator of
 * Spearman (1908) and Kärber (1931) for a median effective dose, on logarithms of rates. Shares that rise where they should
 * fall are pooled before (Ayer and others 1955). It takes no shape for the edge for granted.
 * @param levels with at least one that has a probe which is not void, in any order
 */
export function estimateEdge(levels: Level[]): number {
  const judged = judgedOf(levels)
  if (judged.length === 0) throw new Error('An edge cannot be estimated from no probe')
  const shares = fallingShares(judged)
  const logs = judged.map(({ rate }) => Math.log(rate))
  // Beyond the ends, where nothing was tried, the next rate is taken to hold always, or never.
  const step = logs.length > 1 ? (logs.at(-1)! - logs[0]!) / (logs.length - 1) : 0
  const x = [logs[0]! - step, ...logs, logs.at(-1)! + step]
  const p = [1, ...shares, 0]
  let log = 0
  for (let i = 0; i + 1 < x.length; i++) log += ((p[i]! - p[i + 1]!) * (x[i]! + x[i + 1]!)) / 2
  return Math.exp(log)
}

/**
 * The highest level up to which every probe held, and the lowest from which none did, of at least two probes each. They are no
 * confidence interval with a level of its own: they are the rates between which the probes did not agree. A void probe may
 * have been a failure, and above all near the edge: a rate with one is not known to hold.
 */
export function boundsOf(levels: Level[]): Pick<Estimate, 'low' | 'high'> {
  const rising = levels.toSorted((a, b) => a.rate - b.rate)
  const failing = rising.findIndex((it) => it.held < it.of || it.void > 0)
  const holding = failing === -1 ? rising : rising.slice(0, failing)
  const beyond = rising.slice(rising.findLastIndex(({ held }) => held > 0) + 1)
  const counts = ({ of }: Level) => of >= LEAST_PROBES
  return { low: holding.findLast(counts)?.rate ?? null, high: beyond.find(counts)?.rate ?? null }
}

const judgedOf = (levels: Level[]) => levels.filter(({ of }) => of > 0).toSorted((a, b) => a.rate - b.rate)

/** The shares held, pooled with their neighbours until none is greater than one before it. */
function fallingShares(levels: Level[]): number[] {
  const pools: { held: number; of: number; levels: number }[] = []
  for (const { held, of } of levels) {
    let pool = { held, of, levels: 1 }
    for (let last = pools.at(-1); last && last.held / last.of < pool.held / pool.of; last = pools.at(-1)) {
      pools.pop()
      pool = { held: last.held + pool.held, of: last.of + pool.of, levels: last.levels + pool.levels }
    }
    pools.push(pool)
  }
  return pools.flatMap(({ held, of, levels }) => Array<number>(levels).fill(held / of))
}
