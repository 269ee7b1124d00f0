/** How often a rate held, of the probes that were not void. Rates in orders a second. */
export type Level = { rate: number; held: number; of: number }

/**
 * The rate that is held in half of the probes, and where it may lie: `low` is the highest rate up to which every probe held,
 * `high` the lowest from which none did; null where there was none.
 */
export type Estimate = { perSecond: number; low: number | null; high: number | null }

/**
 * Estimates the rate at which a probe holds as often as not, from some rates tried several times each: the estimator of
 * Spearman (1908) and Kärber (1931) for a median effective dose, on logarithms of rates. Shares that rise where they should
 * fall are pooled before (Ayer and others 1955). It takes no shape for the edge for granted. The bounds are no confidence
 * interval with a level of its own: they are the rates between which the probes did not agree.
 * @param levels with at least one that has a probe, in any order
 */
export function estimateEdge(levels: Level[]): Estimate {
  const known = levels.filter(({ of }) => of > 0).toSorted((a, b) => a.rate - b.rate)
  if (known.length === 0) throw new Error('An edge cannot be estimated from no probe')
  const shares = fallingShares(known)
  const logs = known.map(({ rate }) => Math.log(rate))
  // Beyond the ends, where nothing was tried, the next rate is taken to hold always, or never.
  const step = logs.length > 1 ? (logs.at(-1)! - logs[0]!) / (logs.length - 1) : 0
  const x = [logs[0]! - step, ...logs, logs.at(-1)! + step]
  const p = [1, ...shares, 0]
  let log = 0
  for (let i = 0; i + 1 < x.length; i++) log += ((p[i]! - p[i + 1]!) * (x[i]! + x[i + 1]!)) / 2
  return { perSecond: Math.exp(log), ...boundsOf(known) }
}

/** The highest level up to which every probe held, and the lowest from which none did. */
export function boundsOf(levels: Level[]): { low: number | null; high: number | null } {
  const known = levels.filter(({ of }) => of > 0).toSorted((a, b) => a.rate - b.rate)
  const failing = known.findIndex(({ held, of }) => held < of)
  const steady = failing === -1 ? known.length : failing
  const lastHeld = known.findLastIndex(({ held }) => held > 0)
  return { low: known[steady - 1]?.rate ?? null, high: known[lastHeld + 1]?.rate ?? null }
}

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
