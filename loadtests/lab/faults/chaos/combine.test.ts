import type { Fault, FaultContext } from '../fault.ts'
import { allFaults } from '../list.ts'
import { canBeCombined, canMeet, combine, drawPair } from './combine.ts'

const fault = (name: string, more: Partial<Fault> = {}): Fault => ({
  name,
  title: name,
  stacks: ['services'],
  inject: async () => undefined,
  lastsMs: 1,
  ...more,
})
const canBoth = (one: Partial<Fault>, other: Partial<Fault>) =>
  canMeet(fault('one', one), fault('other', other))

describe('which faults can be combined', () => {
  it('those under load can, and those of the start cannot', () => {
    expect(canBeCombined(fault('a'))).toBe(true)
    expect(canBeCombined(fault('a', { start: async () => {} }))).toBe(false)
    expect(canBeCombined(fault('a', { inject: undefined }))).toBe(false)
    expect(canBeCombined(fault('a', { alone: 'it says why' }))).toBe(false)
  })

  it('two that hold the same cannot meet, nor one that needs what the other holds', () => {
    expect(canBoth({ holds: ['orders'] }, { holds: ['orders'] })).toBe(false)
    expect(canBoth({ holds: ['rabbitmq'] }, { needs: ['rabbitmq'] })).toBe(false)
    expect(canBoth({ needs: ['rabbitmq'] }, { holds: ['rabbitmq'] })).toBe(false)
    expect(canBoth({ needs: ['rabbitmq'] }, { needs: ['rabbitmq'] })).toBe(true)
    expect(canBoth({ holds: ['orders'] }, { holds: ['inventory'] })).toBe(true)
    expect(canMeet(fault('same'), fault('same'))).toBe(false)
  })

  it('every fault says what it holds, needs, or why it is alone', () => {
    const silent = allFaults.filter(
      ({ holds, needs, alone, start, inject }) => inject && !start && !holds && !needs && !alone,
    )
    expect(silent.map(({ name }) => name)).toEqual([])
  })
})

describe('a round of chaos', () => {
  const faults = allFaults.filter(canBeCombined)
  const namesOf = (seed: number) => drawPair(faults, seed).pair.map(({ name }) => name)

  it('is the same for the same seed, and two that can meet', () => {
    for (let seed = 1; seed <= 50; seed++) {
      expect(namesOf(seed)).toEqual(namesOf(seed))
      const { stack, pair } = drawPair(faults, seed)
      expect(canMeet(...pair)).toBe(true)
      expect(pair.every(({ stacks }) => stacks.includes(stack))).toBe(true)
    }
    expect(new Set(Array.from({ length: 50 }, (_, seed) => namesOf(seed).join())).size).toBeGreaterThan(40)
  })

  it('has what both need', () => {
    const one = fault('one', {
      setup: { links: ['orders-postgres'], replicas: { orders: 2 }, queueLimit: 5, env: () => ({ A: '1' }) },
      expect: { dead: 2, noFailedRequest: true, goesOn: ['getOrder'] },
    })
    const other = fault('other', {
      setup: {
        links: ['orders-postgres', 'orders-rabbitmq'],
        replicas: { orders: 3, inventory: 2 },
        ownInfra: true,
        env: () => ({ B: '2' }),
        preload: (_name, kind) => (kind === 'orders' ? { imports: ['/x.ts'] } : undefined),
      },
      expect: { dead: 3 },
    })
    const { name, setup, expect: expected } = combine('services', [one, other], 1)
    expect(name).toBe('one+other')
    expect(setup).toMatchObject({
      links: ['orders-postgres', 'orders-rabbitmq'],
      replicas: { orders: 3, inventory: 2 },
      queueLimit: 5,
      ownInfra: true,
    })
    expect(setup!.env!('orders', 'orders')).toEqual({ A: '1', B: '2' })
    expect(setup!.preload!('orders', 'orders')).toEqual({ imports: ['/x.ts'] })
    expect(setup!.preload!('gateway', 'gateway')).toBeUndefined()
    expect(expected).toEqual({ dead: 5, complaints: [] })
  })

  it('brings both about and heals both, and takes it for no loss that one found nothing to break', async () => {
    const done: string[] = []
    const telling = (name: string): Partial<Fault> => ({
      inject: async ({ ineffective }) => {
        ineffective('nothing was there')
        done.push(`inject ${name}`)
        return async () => void done.push(`heal ${name}`)
      },
    })
    const pair: [Fault, Fault] = [fault('one', telling('one')), fault('other', telling('other'))]
    const notes: string[] = []
    const violation = () => done.push('violation')
    await combine('services', pair, 1).inject!({
      note: (what: string) => notes.push(what),
      violation,
      ineffective: violation,
    } as unknown as FaultContext)
    expect(done.sort()).toEqual(['heal one', 'heal other', 'inject one', 'inject other'])
    expect(notes).toContain('one was not in force: nothing was there')
  })
})
