import { cp } from 'node:fs/promises'
import { dirname } from 'node:path'
import { randomNumbers, seedOf } from '../../random.ts'
import type { Stack } from '../../stacks/stack.ts'
import { startStack } from '../../stacks/start.ts'
import type { Fault, FaultContext } from '../fault.ts'
import type { History } from '../history/history.ts'
import { FIRST_PROBE } from './healthy.ts'
import { createLinks } from './links.ts'
import type { Findings, RunOptions } from './run-fault.ts'
import { runUnderLoad } from './under-load.ts'

/** What a fault asks for is numbered from here. */
const FIRST_OF_FAULT = 2 * FIRST_PROBE

/** Where what happens in a run is told. */
export type Telling = {
  /** Of this run alone. */
  name: string
  history: History
  violation(what: string): void
  /** All that were told so far. */
  violations: string[]
}

/** Starts the stack that a fault wants, has the fault injected, and stops the stack. */
export async function runOnStack(fault: Fault, options: RunOptions, telling: Telling): Promise<Findings> {
  const { seed, infra, secret, say = () => {} } = options
  const { setup = {}, expect = {} } = fault
  const links = createLinks(setup.links ?? [])
  const limit = setup.queueLimit === undefined ? undefined : { AMQP_QUEUE_LIMIT: String(setup.queueLimit) }
  say('starting')
  const stack = await startStack(options.stack, {
    infra,
    secret,
    replicas: setup.replicas,
    spares: setup.spares,
    preload: setup.preload,
    env: (name, kind): Record<string, string> => ({ ...limit, ...setup.env?.(name, kind) }),
    via: links.via,
    start: !fault.start,
  })
  let dead = expect.dead ?? 0
  let asked = 0
  const context: FaultContext = {
    stack,
    infra,
    secret,
    random: randomNumbers(seedOf(seed, fault.name)),
    links: links.controls,
    note: telling.history.event,
    violation: telling.violation,
    ineffective: (what) => telling.violation(`the fault is in force: ${what}`),
    asks: (order) => {
      const op = FIRST_OF_FAULT + asked++
      telling.history.add({ op, atMs: telling.history.now(), endpoint: 'placeOrder', ...order })
    },
    expectDead: (count) => {
      dead += count
    },
  }
  const logs = logsOf(stack)
  try {
    return await runUnderLoad(fault, context, options, telling, () => dead)
  } finally {
    say('stopping')
    for (const complaint of await stack.stop()) {
      if (expect.complaints?.some((known) => known.test(complaint))) continue
      telling.violation(`the stack ends in order: ${complaint}`)
    }
    await links.close()
    if (telling.violations.length > 0)
      await keep(logs ?? logsOf(stack), `${options.dir}/logs-${telling.name}`)
  }
}

const logsOf = ({ processes }: Stack): string | undefined => {
  const file = processes[0]?.logFile
  return file && dirname(file)
}

/** The logs are in the servers' directory, which goes with them. */
async function keep(logs: string | undefined, to: string) {
  if (logs) await cp(logs, to, { recursive: true })
}
