import { setTimeout as delay } from 'node:timers/promises'
import { median } from 'simple-statistics'
import { type Sampler, startSampling, type Usage } from '../sample/sampler.ts'
import type { Container, ContainerReading, Engine } from './engine.ts'

const SAMPLE_EVERY_MS = 1_000
const BYTES_PER_MIB = 1024 * 1024

/** What is measured: a container, and its name in the report. */
export type Metered = { name: string; container: Container }

/** Measures containers. */
export type Meter = {
  /** Takes a reading. What a sampler tells is the difference between the readings before its start and its stop. */
  read(): Promise<void>
  /** @throws Error before the first reading */
  startSampling(): Sampler
}

/** Measures these containers by the engine that runs them. */
export function createMeter(engine: Engine, metered: Metered[]): Meter {
  let latest: ContainerReading[] | undefined

  async function read(): Promise<ContainerReading[]> {
    latest = await Promise.all(metered.map(({ container }) => engine.read(container.id)))
    return latest
  }

  return {
    read: async () => void (await read()),
    startSampling() {
      if (!latest) throw new Error('The containers have not been read yet')
      const first = latest
      const samples = [first]
      const stopping = new AbortController()
      void sampleUntil(stopping.signal, async () => void samples.push(await read()))
      // k6 is a child of this process, not a container.
      const children = startSampling([])
      return {
        ...children,
        stop() {
          stopping.abort()
          const containers = metered.map(({ name }, i) =>
            usageOf(
              name,
              [...samples, latest!].map((reading) => reading[i]!),
            ),
          )
          return [...containers, ...children.stop()]
        },
      }
    },
  }
}

/** A reading that fails is left out: a container that is gone fails the next reading that someone waits for. */
async function sampleUntil(signal: AbortSignal, sample: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await Promise.allSettled([sample(), delay(SAMPLE_EVERY_MS, undefined, { signal })])
  }
}

function usageOf(name: string, readings: ContainerReading[]): Usage {
  const mebibytes = readings.map(({ memoryBytes }) => memoryBytes / BYTES_PER_MIB)
  return {
    name,
    cpuMs: readings.at(-1)!.cpuMs - readings[0]!.cpuMs,
    memoryMiB: { median: median(mebibytes), peak: Math.max(...mebibytes) },
  }
}
