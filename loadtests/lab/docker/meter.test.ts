import type { Engine } from './engine.ts'
import { createMeter } from './meter.ts'

const MIB = 1024 * 1024

/** An engine whose containers have used 100 ms more, and hold 10 MiB more, at each reading. */
function engineOf(): Engine {
  const readings = new Map<string, number>()
  return {
    containers: async () => [],
    close: async () => {},
    async read(id) {
      const number = (readings.get(id) ?? 0) + 1
      readings.set(id, number)
      return { cpuMs: 5_000 + 100 * number, memoryBytes: 10 * MIB * number }
    },
  }
}

const container = (id: string) => ({ id, service: id, ports: new Map<number, number>() })

describe('the meter of containers', () => {
  it('tells what was used between the readings before start and stop, by name', async () => {
    const meter = createMeter(engineOf(), [
      { name: 'orders', container: container('a') },
      { name: 'RabbitMQ', container: container('b') },
    ])
    await meter.read()
    const sampler = meter.startSampling()
    await meter.read()
    await meter.read()
    const usage = sampler.stop()

    expect(usage.map(({ name }) => name)).toEqual(['orders', 'RabbitMQ'])
    // Sampling has taken one reading of its own at its start.
    for (const { cpuMs, memoryMiB } of usage) {
      expect(cpuMs).toBe(300)
      expect(memoryMiB.peak).toBe(40)
    }
  })

  it('wants a reading before it starts', () => {
    const meter = createMeter(engineOf(), [])
    expect(() => meter.startSampling()).toThrow('have not been read')
  })

  it('tells of a container that has gone at the next reading', async () => {
    const engine = engineOf()
    const meter = createMeter(engine, [{ name: 'orders', container: container('a') }])
    await meter.read()
    engine.read = async () => {
      throw new Error('No such container')
    }
    const sampler = meter.startSampling()
    await expect(meter.read()).rejects.toThrow('No such container')
    expect(sampler.stop()[0]!.cpuMs).toBe(0)
  })
})
