import { rm } from 'node:fs/promises'
import { steadyFrom } from '../stats/mser.ts'
import { distributionOf } from './distribution.ts'
import { type Load, runK6 } from './k6-run.ts'
import { readSamples } from './k6-samples.ts'
import type { Distribution, LoadFigures } from './k6-summary.ts'

/** A tenth: the logarithm of a ratio. */
const DRIFT = Math.log(1.1)
const LATE = 'started_late_ms'

/** What k6 saw, with whole distributions. */
export type Measurement = LoadFigures & {
  /** How late k6 started iterations, milliseconds after they were due. */
  startedLate: Distribution
  /** By the latency's `id`: how many values were cut from the front until it was steady; null when it did not become so. */
  cut: Record<string, number | null>
}

/**
 * Runs a scenario once and reads every value of its latencies. What comes before a latency is steady is cut off.
 * @param dir for k6's files
 */
export async function measureLoad(
  load: Omit<Load, 'samples'>,
  dir: string,
  onStart: (pid: number) => void,
): Promise<Measurement> {
  const file = `${dir}/k6-samples.csv`
  const figures = await runK6({ ...load, samples: file }, dir, onStart)
  const { latencies } = load.scenario
  const samples = await readSamples(file, [LATE, ...latencies.map(({ metric }) => metric)])
  await rm(file)
  const cut: Measurement['cut'] = {}
  const distributions: Record<string, Distribution> = {}
  for (const { id, metric } of latencies) {
    const values = samples.get(metric)!
    cut[id] = steadyFrom(
      values.map((ms) => Math.log(Math.max(ms, 0.001))),
      DRIFT,
    )
    distributions[id] = distributionOf(values.slice(cut[id] ?? 0))
  }
  return { ...figures, latencies: distributions, startedLate: distributionOf(samples.get(LATE)!), cut }
}
