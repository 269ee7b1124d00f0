import assert from 'node:assert/strict'
import { once } from 'node:events'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { logToSink } from '../../loadtests/lab/stacks/log.ts'
import type { ProcessPlan } from '../../loadtests/lab/stacks/plan.ts'
import { launch, untilComplete } from '../../loadtests/lab/stacks/process.ts'

export interface TestProcess {
  name: string
  url: string
  /** What it has written so far, line by line, to either output. */
  lines: string[]
  signal(name: NodeJS.Signals): void
  /** Resolves when it says that it can do its work. */
  ready(): Promise<void>
  /** Resolves when a log line has this message. */
  says(message: string): Promise<void>
  /** Resolves, once it has ended and all that it wrote is in `lines`, to its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

/** Starts one process of the shop. Whoever starts it ends it. */
export function startProcess(plan: ProcessPlan): TestProcess {
  const lines: string[] = []
  const running = launch(
    plan,
    logToSink((line) => void lines.push(line), plan.name),
  )
  const { child } = running
  return {
    name: plan.name,
    url: plan.url,
    lines,
    signal: (name) => void child.kill(name),
    ready: () => untilComplete(running),
    says: (message) =>
      eventually(async () => {
        const said = lines.some((line) => line.includes(`"msg":"${message}"`))
        assert.ok(said, `${plan.name} did not say: ${message}`)
      }, 30_000),
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  }
}
