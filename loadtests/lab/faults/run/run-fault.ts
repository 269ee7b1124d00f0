import type { Infra } from '../../infra/infra.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Fault } from '../fault.ts'
import { openHistory } from '../history/history.ts'
import type { RunResult } from '../result.ts'
import { runOnStack } from './on-stack.ts'

export type RunOptions = {
  stack: StackName
  seed: number
  infra: Infra
  /** AUTH_SECRET of the stack. */
  secret: string
  /** Where history and logs go, an existing directory. */
  dir: string
  /** Is told how far the run is. */
  say?: (what: string) => void
}

/** What a run comes to, apart from what is known before it. */
export type Findings = Pick<
  RunResult,
  'healthyAfterMs' | 'load' | 'failed' | 'duplicates' | 'resent' | 'samples'
>

const NOTHING: Findings = {
  healthyAfterMs: null,
  load: { operations: 0, requests: 0, unanswered: 0, orders: {} },
  failed: {},
  duplicates: 0,
  resent: 0,
  samples: { taken: 0, databaseDown: 0 },
}

/** Injects one fault into one stack under load, heals it, and audits what is left. Whatever goes wrong is a violation. */
export async function runFault(fault: Fault, options: RunOptions): Promise<RunResult> {
  const { stack, seed, dir } = options
  const began = performance.now()
  const name = `${fault.name}-${stack}-${seed}`
  const history = openHistory(`${dir}/history-${name}.jsonl`, { fault: fault.name, stack, seed })
  const violations: string[] = []
  const violation = (what: string) => {
    violations.push(what)
    history.event(`violation: ${what}`)
  }
  const findings = await runOnStack(fault, options, { history, violation, violations, name }).catch(
    (error: Error) => {
      violation(`the run comes to its end: ${error.stack}`)
      return NOTHING
    },
  )
  await history.close()
  return {
    fault: fault.name,
    title: fault.title,
    stack,
    seed,
    survived: violations.length === 0,
    ...findings,
    violations,
    events: history.events,
    history: `history-${name}.jsonl`,
    tookMs: Math.round(performance.now() - began),
  }
}
