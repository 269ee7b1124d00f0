import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { leashDirectory } from '../infra/leash.ts'
import { cacheDir } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import type { Stack, StackAmqp, StackDatabases, StackName } from '../stacks/stack.ts'

const DIR = `${cacheDir}/up`

/** What other commands need to know of a stack that `npm run up` runs. */
export type RunningStack = { name: StackName; url: string; databases: StackDatabases; amqp?: StackAmqp }

/**
 * Notes a stack down below `.cache/up`, for this user's eyes alone. The note goes when the command goes.
 * @returns what removes it
 */
export async function noteRunning({ name, url, databases, amqp }: Stack): Promise<() => Promise<void>> {
  await mkdir(DIR, { recursive: true })
  const file = `${DIR}/${name}-${process.pid}.json`
  const unleash = leashDirectory(file)
  const text = JSON.stringify({ name, url, databases, amqp } satisfies RunningStack, null, 2)
  // It holds passwords.
  await writeFile(file, `${text}\n`, { mode: 0o600 })
  return async () => {
    await rm(file, { force: true })
    unleash()
  }
}

/** The stack that `npm run up` runs, the latest where there are several. @throws UserError when there is none */
export async function readRunning(name: StackName): Promise<RunningStack> {
  const names = await readdir(DIR).catch(() => [])
  const files = names.filter((it) => it.startsWith(`${name}-`)).map((it) => `${DIR}/${it}`)
  const aged = await Promise.all(files.map(async (file) => ({ file, since: (await stat(file)).mtimeMs })))
  const latest = aged.toSorted((a, b) => b.since - a.since)[0]
  if (latest) return JSON.parse(await readFile(latest.file, 'utf8'))
  throw new UserError(`The ${name} stack is not up. In another terminal, run: npm run up -- ${name}`)
}
