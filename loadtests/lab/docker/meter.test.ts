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
    const [orders, rabbitmq] = [container('a'), container('b')]
    const meter = createMeter(engineOf(), [orders, rabbitmq, container('idle')])
    await meter.read()
    const sampler = meter.startSampling([
      { name: 'orders', container: orders },
      { name: 'RabbitMQ', container: rabbitmq },
    ])
    await meter.read()
    await meter.read()
    const usage = sampler.stop()

    expect(usage.map(({ name }) => name)).toEqual(['orders', 'RabbitMQ'])
    for (const { cpuMs, memoryMiB } of usage) {
      expect(cpuMs).toBe(200)
      expect(memoryMiB).toEqual({ median: 20, peak: 30 })
    }
  })

  it('tells what all containers have used, those included that nobody samples', async () => {
    const meter = createMeter(engineOf(), [container('a'), container('idle')])
    expect(meter.totalMs()).toBe(0)
    await meter.read()
    expect(meter.totalMs()).toBe(2 * 5_100)
    await meter.read()
    expect(meter.totalMs()).toBe(2 * 5_200)
  })

  it('wants a reading before it starts', () => {
    const meter = createMeter(engineOf(), [])
    expect(() => meter.startSampling([])).toThrow('have not been read')
  })

  it('tells of a container that has gone at the next reading', async () => {
    const engine = engineOf()
    const orders = container('a')
    const meter = createMeter(engine, [orders])
    await meter.read()
    engine.read = async () => {
      throw new Error('No such container')
    }
    const sampler = meter.startSampling([{ name: 'orders', container: orders }])
    await expect(meter.read()).rejects.toThrow('No such container')
    expect(sampler.stop()[0]!.cpuMs).toBe(0)
  })
})
