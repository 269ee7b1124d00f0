import { setTimeout as delay } from 'node:timers/promises'
import { median, sum } from 'simple-statistics'
import { type Sampler, startSampling, type Usage } from '../sample/sampler.ts'
import type { Container, ContainerReading, Engine } from './engine.ts'

const SAMPLE_EVERY_MS = 5_000
const BYTES_PER_MIB = 1024 * 1024

/** What is measured: a container, and its name in the report. */
export type Metered = { name: string; container: Container }

/** Measures containers. */
export type Meter = {
  /** Takes a reading of all. What a sampler tells is the difference between the readings before its start and its stop. */
  read(): Promise<void>
  /** CPU time of all together at the latest reading, in milliseconds; 0 before the first. */
  totalMs(): number
  /** Samples some of them. @throws Error before the first reading */
  startSampling(metered: Metered[]): Sampler
}

type Readings = Map<string, ContainerReading>

/** Measures these containers, all at the same moments, by the engine that runs them. */
export function createMeter(engine: Engine, containers: Container[]): Meter {
  let latest: Readings | undefined

  async function read(): Promise<Readings> {
    const readings = containers.map(async ({ id }) => [id, await engine.read(id)] as const)
    latest = new Map(await Promise.all(readings))
    return latest
  }

  return {
    read: async () => void (await read()),
    totalMs: () => sum([...(latest?.values() ?? [])].map(({ cpuMs }) => cpuMs)),
    startSampling(metered) {
      if (!latest) throw new Error('The containers have not been read yet')
      const samples = [latest]
      const stopping = new AbortController()
      void sampleUntil(stopping.signal, async () => void samples.push(await read()))
      // k6 is a child of this process, not a container.
      const children = startSampling([])
      return {
        ...children,
        stop() {
          stopping.abort()
          const all = [...samples, latest!]
          const usage = metered.map(({ name, container: { id } }) =>
            usageOf(
              name,
              all.map((readings) => readings.get(id)!),
            ),
          )
          return [...usage, ...children.stop()]
        },
      }
    },
  }
}

/** A reading that fails is left out: a container that is gone fails the next reading that someone waits for. */
async function sampleUntil(signal: AbortSignal, sample: () => Promise<void>): Promise<void> {
  const pause = () => delay(SAMPLE_EVERY_MS, undefined, { signal }).catch(() => {})
  for (await pause(); !signal.aborted; await pause()) await sample().catch(() => {})
}

function usageOf(name: string, readings: ContainerReading[]): Usage {
  const mebibytes = readings.map(({ memoryBytes }) => memoryBytes / BYTES_PER_MIB)
  return {
    name,
    cpuMs: readings.at(-1)!.cpuMs - readings[0]!.cpuMs,
    memoryMiB: { median: median(mebibytes), peak: Math.max(...mebibytes) },
  }
}
