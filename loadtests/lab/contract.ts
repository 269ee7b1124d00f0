import './cli/own-environment.ts'

import { newCustomer } from '@shop/shared/testing/context.ts'
import { type ContractCase, contractCases, createContext } from '@shop/shared/testing/contract-suite.ts'
import { colours as pc } from './cli/colours.ts'
import { runCommand } from './cli/command.ts'
import { runTasks, showDetail } from './cli/progress.ts'
import { authSecret } from './cli/secret.ts'
import { outcome, renderTable } from './cli/table.ts'
import { readOptions } from './contract/options.ts'
import { UserError } from './infra/user-error.ts'

/** What is wrong, by case; undefined where a case passed. */
type Outcomes = Map<string, Error | undefined>

if (import.meta.main) await runCommand(main)

async function main() {
  const { targets, only = '' } = readOptions(process.argv)
  const cases = contractCases.filter(({ name }) => name.includes(only))
  if (cases.length === 0) throw new UserError(`No case has '${only}' in its name.`)
  const secret = await authSecret()
  for (const { url } of targets) await requireWelcome(url, secret)

  const columns: Outcomes[] = targets.map(() => new Map())
  const tasks = targets.map(({ name, url }, i) => ({
    title: name,
    task: (_: object, task: { output: string }) =>
      runCases(cases, createContext({ baseUrl: url, secret }), columns[i]!, (text) => showDetail(task, text)),
  }))
  await runTasks({}, tasks)

  const head = ['case', ...targets.map(({ name }) => name)]
  const rows = cases.map(({ name }) => [name, ...columns.map((column) => outcome(!column.get(name)))])
  console.log(renderTable(head, rows))
  const failures = columns.flatMap((column, i) => failuresOf(column, targets[i]!.name))
  for (const failure of failures) console.log(failure)
  const runs = cases.length * targets.length
  console.log(
    failures.length === 0 ? pc.green(`${runs} passed.`) : pc.red(`${failures.length} of ${runs} failed.`),
  )
  return failures.length === 0 ? 0 : 1
}

async function runCases(
  cases: ContractCase[],
  context: ReturnType<typeof createContext>,
  outcomes: Outcomes,
  onProgress: (text: string) => void,
) {
  for (const [i, { name, run }] of cases.entries()) {
    onProgress(`${i + 1} of ${cases.length}: ${name}`)
    outcomes.set(name, await run(context).then(() => undefined, toError))
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

function failuresOf(outcomes: Outcomes, target: string): string[] {
  const failed = [...outcomes].filter(([, error]) => error)
  return failed.map(
    ([name, error]) => `${pc.red(`${target}: ${name}`)}\n  ${error!.message.replaceAll('\n', '\n  ')}\n`,
  )
}

/** @throws UserError when nothing answers, or does not take these tokens: nearly every case would fail for that alone */
async function requireWelcome(url: string, secret: string): Promise<void> {
  const context = createContext({ baseUrl: url, secret })
  const { token } = newCustomer(context)
  const headers = { authorization: `Bearer ${token}` }
  const asked = fetch(`${context.urlFor('/orders')}/orders`, { headers, signal: AbortSignal.timeout(5_000) })
  const { status } = await asked.catch((error: Error & { cause?: Error }) => {
    throw new UserError(`${url} does not answer: ${error.cause?.message || error.message}`)
  })
  if (status === 401)
    throw new UserError(`${url} does not take our tokens. Set AUTH_SECRET to the one that it runs with.`)
}
