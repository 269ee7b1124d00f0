import { localLaboratory } from './laboratory.ts'

const ATTACHED = { POSTGRES_URL: 'postgres://127.0.0.1/x', AMQP_URL: 'amqp://127.0.0.1' }

/** What is the laboratory's when it was started with these variables. */
function ownedWith(variables: Partial<Record<'POSTGRES_URL' | 'AMQP_URL' | 'K6_BIN', string>>): string[] {
  const before = { ...process.env }
  for (const name of Object.keys(ATTACHED)) delete process.env[name]
  Object.assign(process.env, { K6_BIN: '/usr/bin/k6', ...variables })
  const { owns } = localLaboratory(() => [])
  process.env = before
  return ['postgres', 'beam.smp', 'k6', 'dockerd', 'firefox'].filter((name) => owns!({ pid: 1, name }))
}

describe('what a command runs on this machine', () => {
  it('includes servers that it attached to, and none of that name otherwise', () => {
    expect(ownedWith(ATTACHED)).toEqual(['postgres', 'beam.smp'])
    expect(ownedWith({ AMQP_URL: ATTACHED.AMQP_URL })).toEqual(['beam.smp'])
  })

  it('includes the groups, as they are when it is asked', () => {
    let groups = [{ name: 'orders', pid: 7 }]
    const { roots } = localLaboratory(() => groups)
    groups = [{ name: 'orders', pid: 8 }]
    expect(roots()).toEqual([8])
  })

  it('includes what Docker needs to run k6, which ends unseen', () => {
    process.env.K6_BIN = 'docker'
    const { owns, endsUnseen } = localLaboratory(() => [])
    delete process.env.K6_BIN
    expect(endsUnseen).toBe(true)
    const owned = ['k6', 'dockerd', 'com.docker.backend', 'firefox'].filter((name) => owns!({ pid: 1, name }))
    expect(owned).toEqual(['k6', 'dockerd', 'com.docker.backend'])
  })
})
