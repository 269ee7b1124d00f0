import './cli/own-environment.ts'

import { runCommand } from './cli/command.ts'
import { listenForInterruption } from './cli/interruption.ts'
import { runTasks, showDetail } from './cli/progress.ts'
import { type FuzzResult, fuzz } from './fuzz/fuzz.ts'
import { readOptions } from './fuzz/options.ts'
import { report } from './fuzz/report.ts'
import { type BothStacks, startBothStacks } from './model/both-stacks.ts'

if (import.meta.main) await runCommand(main)

async function main(): Promise<number> {
  const { stack: wanted, ...options } = readOptions(process.argv)
  const interruption = listenForInterruption()
  let stacks: BothStacks | undefined
  let result: FuzzResult | undefined
  let complaints: string[] = []
  try {
    await runTasks({}, [
      {
        title: 'Start both stacks on fresh databases',
        task: async () => {
          stacks = await startBothStacks()
        },
      },
      {
        title: `Send ${options.requests} requests to ${wanted === 'both' ? 'each stack' : `the ${wanted}`}, seed ${options.seed}`,
        task: async (_, task) => {
          const { monolith, services, secret } = stacks!
          const targets = [monolith, services].filter(({ name }) => wanted === 'both' || name === wanted)
          const onProgress = (text: string) => showDetail(task, text)
          result = await fuzz(targets, { ...options, secret, onProgress, isEnough: interruption.hasHappened })
        },
      },
    ])
  } finally {
    complaints = (await stacks?.stop()) ?? []
  }
  const { text, passed } = report(result!)
  console.log([text, ...complaints].join('\n'))
  return passed && complaints.length === 0 && !interruption.hasHappened() ? 0 : 1
}
