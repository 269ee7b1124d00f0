import { rm } from 'node:fs/promises'
import { isSteady } from '../stats/steady.ts'
import { distributionOf } from './distribution.ts'
import { type Load, runK6 } from './k6-run.ts'
import { readSamples } from './k6-samples.ts'
import type { Distribution, LoadFigures } from './k6-summary.ts'

const LATE = 'started_late_ms'

/** What k6 saw, with whole distributions. */
export type Measurement = LoadFigures & {
  /** How late k6 started iterations, milliseconds after they were due. */
  startedLate: Distribution
  /** `id`s of latencies that rose or fell while they were measured. */
  unsteady: string[]
}

/**
 * Runs a scenario once and reads every value of its latencies, those of the lead left out.
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
  const valuesOf = (metric: string) => samples.get(metric)!
  const logs = (values: number[]) => values.map((ms) => Math.log(Math.max(ms, 0.001)))
  return {
    ...figures,
    latencies: Object.fromEntries(
      latencies.map(({ id, metric }) => [id, distributionOf(valuesOf(metric))] as const),
    ),
    startedLate: distributionOf(valuesOf(LATE)),
    unsteady: latencies.filter(({ metric }) => !isSteady(logs(valuesOf(metric)))).map(({ id }) => id),
  }
}
