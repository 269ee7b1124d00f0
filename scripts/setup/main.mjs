import { existsSync } from 'node:fs'
import { stopCommands } from './commands.mjs'
import { areInstalled, install, lockHash, projectNode } from './dependencies.mjs'
import { requireDisk } from './disk.mjs'
import { SetupError } from './failures.mjs'
import { findK6, holdsK6 } from './k6.mjs'
import { takeLock } from './lock.mjs'
import { findPostgres, holdsPostgres } from './postgres.mjs'
import { duration, say } from './progress.mjs'
import { findRabbitmq, holdsRabbitmq } from './rabbitmq.mjs'
import { readState, writeState } from './state.mjs'

// Megabytes that bringing each may take, of which building k6 with Go is most.
const DISK = { dependencies: 700, postgres: 100, rabbitmq: 300, k6: 1400 }

const USAGE = `Usage: npm run setup [-- --only dependencies]`

/** Looks for what is missing, and brings it. Silent when nothing is. Ends the process with 2 when it cannot. */
export async function main(args) {
  endOnSignal()
  try {
    const wanted = parse(args)
    if (missing(wanted).length === 0) return
    const release = await takeLock()
    try {
      await bring(wanted)
    } finally {
      release()
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    process.exitCode = 2
  }
}

function parse(args) {
  if (args.length === 0) return ['dependencies', 'postgres', 'rabbitmq', 'k6']
  const [flag, value, ...more] = args
  if (flag === '--only' && value === 'dependencies' && more.length === 0) return ['dependencies']
  throw new SetupError(`Unknown option: ${args.join(' ')}. ${USAGE}`)
}

function missing(wanted) {
  const state = readState()
  const holds = {
    dependencies: () => state.lock === lockHash() && existsSync(projectNode),
    postgres: () => holdsPostgres(state.postgres),
    rabbitmq: () => holdsRabbitmq(state.rabbitmq),
    k6: () => holdsK6(state.k6),
  }
  return wanted.filter((name) => !holds[name]())
}

async function bring(wanted) {
  const lacking = missing(wanted).filter((name) => name !== 'dependencies' || !noteInstalled())
  if (lacking.length === 0) return
  const since = Date.now()
  requireDisk(lacking.reduce((sum, name) => sum + DISK[name], 0))
  say(`Setting up: ${lacking.join(', ')}.`)
  await climbAll(lacking)
  say(`Set up in ${duration(Date.now() - since)}.`)
}

/** Whether the dependencies are there though no set-up brought them; it writes down that they are. */
function noteInstalled() {
  if (!areInstalled()) return false
  writeState({ ...readState(), lock: lockHash() })
  return true
}

/** Building k6 takes as long as all the rest: they go side by side. PostgreSQL comes with the dependencies. */
async function climbAll(names) {
  const step = async (name, work) => (names.includes(name) ? work() : undefined)
  const installed = step('dependencies', installDependencies)
  const outcomes = await Promise.allSettled([
    installed,
    installed.then(() => step('postgres', () => keep('postgres', findPostgres))),
    step('rabbitmq', () => keep('rabbitmq', findRabbitmq)),
    step('k6', () => keep('k6', findK6)),
  ])
  report([...new Set(outcomes.flatMap(({ reason }) => reason ?? []))])
}

async function installDependencies() {
  await install()
  writeState({ ...readState(), lock: lockHash() })
}

/** Writes down at once what was found, so that it stays found when another step fails. */
async function keep(name, find) {
  const found = await find()
  writeState({ ...readState(), [name]: found })
  say(`  ${name}: ${describe(found)}`)
}

function describe({ kind, path, image, version }) {
  return (
    path ??
    (image && `Docker image ${image}`) ??
    (version && `${version}, from npm`) ??
    `given by its ${kind}`
  )
}

function report(errors) {
  if (errors.length === 0) return
  const unexpected = errors.find((error) => !(error instanceof SetupError))
  throw unexpected ?? new SetupError(errors.map(({ message }) => message).join('\n'))
}

/** Lets the command that runs end first: a package manager must not be left behind half-way. */
function endOnSignal() {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    process.once(signal, async () => {
      await stopCommands()
      process.exit(128 + number)
    })
  }
}
