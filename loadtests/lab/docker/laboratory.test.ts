import { dockerLaboratory } from './laboratory.ts'
import { createMeter } from './meter.ts'

const container = { id: 'f'.repeat(64), service: 'monolith', ports: new Map<number, number>() }

describe('what Docker runs for a comparison', () => {
  it('is known from readings of the containers where this machine shows no process of theirs', async () => {
    const engine = {
      containers: async () => [container],
      read: async () => ({ cpuMs: 700, memoryBytes: 0 }),
      close: async () => {},
    }
    const meter = createMeter(engine, [container])
    const { elsewhereMs, roots } = dockerLaboratory([container], meter)
    expect(roots()).toEqual([])
    await meter.read()
    expect(elsewhereMs!()).toBe(700)
  })

  it.each([
    ['dockerd', true],
    ['containerd-shim', true],
    ['docker-proxy', true],
    ['runc:[2:INIT]', true],
    ['firefox', false],
    ['qemu-system-x86', false],
  ])('owns %s: %j', (name, owned) => {
    const laboratory = dockerLaboratory(
      [container],
      createMeter({ containers: async () => [], read: async () => never(), close: async () => {} }, []),
    )
    expect(laboratory.owns!({ pid: process.pid, name })).toBe(owned)
  })
})

const never = () => {
  throw new Error('Nobody reads')
}
