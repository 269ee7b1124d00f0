import './cli/own-environment.ts'

import type { ListrTask } from 'listr2'
import { type AuditResult, auditStack } from './audit/audit-stack.ts'
import { runCommand } from './cli/command.ts'
import { listenForInterruption } from './cli/interruption.ts'
import { runTasks, showDetail } from './cli/progress.ts'
import { type BothStacks, startBothStacks } from './model/both-stacks.ts'
import { type CheckResult, check } from './model/check.ts'
import { type ModelCommand, readOptions } from './model/options.ts'
import { report } from './model/report.ts'
import { createSubject } from './model/subject.ts'
import type { Stack } from './stacks/start.ts'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const options = readOptions(process.argv)
  const interruption = listenForInterruption()
  let stacks: BothStacks | undefined
  const state: State = { audits: [], seconds: 0 }
  const tasks: ListrTask[] = [
    {
      title: 'Start both stacks on fresh databases',
      task: async () => {
        stacks = await startBothStacks()
      },
    },
    {
      title: `Run ${options.path ? 'what failed' : `${options.commands} commands`} on both stacks and the model, seed ${options.seed}`,
      task: async (_, task) => runModel(stacks!, options, interruption.hasHappened, state, task),
    },
    {
      title: 'Audit what must always hold',
      task: async () => {
        for (const stack of [stacks!.monolith, stacks!.services])
          state.audits.push(await auditOf(stack, state))
      },
    },
  ]
  let complaints: string[] = []
  try {
    await runTasks({}, tasks)
  } finally {
    complaints = (await stacks?.stop()) ?? []
  }
  const { text, passed } = report(state.checked!, state.audits, state.seconds, complaints)
  console.log(text)
  return passed && !interruption.hasHappened() ? 0 : 1
}

type State = { checked?: CheckResult; audits: AuditResult[]; seconds: number }

async function runModel(
  { monolith, services, secret }: BothStacks,
  options: ModelCommand,
  isEnough: () => boolean,
  state: State,
  task: { output: string },
) {
  const subjects = await Promise.all([monolith, services].map((stack) => createSubject(stack, secret)))
  const startedAt = performance.now()
  try {
    state.checked = await check(subjects, {
      ...options,
      isEnough,
      onProgress: (commands, runs) => showDetail(task, `${commands} commands in ${runs} runs`),
    })
  } finally {
    state.seconds = (performance.now() - startedAt) / 1000
    for (const { client, rest } of subjects) await Promise.all([client.close(), rest.close()])
  }
}

/** After a disagreement there is no telling which orders there should be. */
function auditOf(stack: Stack, { checked }: State): Promise<AuditResult> {
  const shops = checked!.shops[stack.name === 'monolith' ? 0 : 1]!
  const answered = shops.flatMap(({ orders }) => orders)
  const counts = checked!.failure ? undefined : { answered: answered.length, lost: 0 }
  return auditStack(stack.databases, stack.amqp, { answered, counts })
}
