import { mean, median } from 'simple-statistics'
import type { Level } from './estimate.ts'
import { verdictOf } from './judge.ts'
import type { CpuPerOrder, Latency, Probe } from './probe.ts'

type Probes = { probes: Probe[] }

/**
 * What was seen of one rate, by the probes that decide: where it was repeated, those of the bracket do not, since what they
 * said is why it was.
 */
export type Rate = {
  ratePerSecond: number
  held: number
  failed: number
  void: number
  /** Medians over the probes that were not void; null where there was none. */
  settled: Latency
  accepted: Latency
  /** Means over the same; null where there was none. */
  cores: Probe['cores'] | null
  cpuMsPerOrder: CpuPerOrder | null
}

/** Every rate that was tried of a stack, rising. */
export function ratesOf({ probes }: Probes): Rate[] {
  const tried = probes.filter(({ phase }) => phase !== 'warm-up')
  const rates = [...new Set(tried.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b)
  return rates.map((rate) => rateOf(tried.filter(({ ratePerSecond }) => ratePerSecond === rate)))
}

/** The probes of a stack that say something, without those that warmed up. */
export const judgedProbes = ({ probes }: Probes): Probe[] =>
  probes.filter((it) => it.phase !== 'warm-up' && verdictOf(it) !== 'void')

/** The same, as an estimate is made from it. */
export const levelsOf = (stack: Probes): Level[] =>
  ratesOf(stack).map((it) => ({
    rate: it.ratePerSecond,
    held: it.held,
    of: it.held + it.failed,
    void: it.void,
  }))

function rateOf(probes: Probe[]): Rate {
  const repeats = probes.filter(({ phase }) => phase === 'repeat')
  const deciding = repeats.length > 0 ? repeats : probes
  const count = (wanted: string) => deciding.filter((it) => verdictOf(it) === wanted).length
  const judged = judgedProbes({ probes: deciding })
  const cores = (of: keyof Probe['cores']) => mean(judged.map((it) => it.cores[of]))
  return {
    ratePerSecond: probes[0]!.ratePerSecond,
    held: count('held'),
    failed: count('failed'),
    void: count('void'),
    settled: medianLatency(judged.map(({ settled }) => settled)),
    accepted: medianLatency(judged.map(({ accepted }) => accepted)),
    cores: judged.length > 0 ? { apps: cores('apps'), servers: cores('servers'), k6: cores('k6') } : null,
    cpuMsPerOrder: meanCpu(judged.flatMap(({ cpuMsPerOrder }) => cpuMsPerOrder ?? [])),
  }
}

function meanCpu(cpu: CpuPerOrder[]): CpuPerOrder | null {
  if (cpu.length === 0) return null
  return { apps: mean(cpu.map(({ apps }) => apps)), servers: mean(cpu.map(({ servers }) => servers)) }
}

function medianLatency(latencies: Latency[]): Latency {
  const known = latencies.filter((it) => it !== null)
  if (known.length === 0) return null
  return { p50Ms: median(known.map((it) => it.p50Ms)), p99Ms: median(known.map((it) => it.p99Ms)) }
}
