import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { prometheusVariables } from '../infra/environment.ts'
import { k6Command } from '../infra/k6.ts'
import { spawnLeashed } from '../infra/leash.ts'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import { type LoadFigures, readSummary, TREND_STATS } from './k6-summary.ts'
import type { Scenario } from './scenarios.ts'

const THRESHOLDS_CROSSED = 99
/** k6 shares the machine: it is to spend its time on the load, not on collecting garbage (Go's own default is 100). */
const GOGC = '400'

export type Load = {
  scenario: Scenario
  url: string
  secret: string
  rate: number
  /** All of it, the lead included. */
  seconds: number
  /** Seconds at the front whose latencies do not count. */
  lead?: number
  seed: number
  /** Where every value that k6 measures is to be written, as CSV. */
  samples?: string
  /** Prometheus' remote-write address, to which k6 is to send its figures as well. */
  prometheus?: string | undefined
}

/**
 * Runs a scenario once.
 * @param dir for k6's log and summary
 * @param onStart is told k6's process id
 * @throws UserError when k6 could not run the script; crossed thresholds are a result
 */
export async function runK6(
  load: Load,
  dir: string,
  onStart: (pid: number) => void = () => {},
): Promise<LoadFigures> {
  const { cmd, args, env } = k6Command({ GOGC, ...remoteWrite(load) })
  const [log, summary] = [`${dir}/k6.log`, `${dir}/k6-summary.json`]
  const output = openSync(log, 'w')
  const k6Args = [
    ...args,
    'run',
    ...options(summary),
    ...outputs(load),
    ...variables(load),
    scriptPath(load.scenario),
  ]
  const child = spawnLeashed(cmd, k6Args, {
    cwd: projectRoot,
    stdio: ['ignore', output, output],
    env,
  })
  closeSync(output)
  if (child.pid) onStart(child.pid)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0 && code !== THRESHOLDS_CROSSED) {
    const failure = new UserError(
      `k6 ended with ${code ?? 'a signal'}: ${lastError(await readFile(log, 'utf8'))}`,
    )
    failure.exitCode = 1
    throw failure
  }
  return readSummary(JSON.parse(await readFile(summary, 'utf8')), load.scenario.latencies)
}

const scriptPath = ({ script }: Scenario) => `${projectRoot}/loadtests/k6/${script}`

function options(summary: string): string[] {
  // The newer machine-readable summary has no percentiles but 90 and 95, so this is the older one.
  const machineReadable = ['--summary-export', summary, '--summary-trend-stats', TREND_STATS.join(',')]
  return ['--quiet', '--no-color', '--no-usage-report', '--log-format', 'raw', ...machineReadable]
}

const remoteWrite = ({ prometheus }: Load) =>
  prometheus ? { ...prometheusVariables(), K6_PROMETHEUS_RW_SERVER_URL: prometheus } : {}

const outputs = ({ samples, prometheus }: Load): string[] => [
  ...(samples ? ['--out', `csv=${samples}`] : []),
  ...(prometheus ? ['--out', 'experimental-prometheus-rw'] : []),
]

function variables({ scenario, url, secret, rate, seconds, lead = 0, seed }: Load): string[] {
  const common = {
    LATENCY_LIMITS: 'off',
    BASE_URL: url,
    AUTH_SECRET: secret,
    RATE: rate,
    DURATION: `${seconds}s`,
    LEAD: lead,
    SEED: seed,
  }
  const all = { ...common, ...scenario.env?.({ rate, seconds }) }
  return Object.entries(all).flatMap(([name, value]) => ['-e', `${name}=${value}`])
}

const lastError = (log: string) =>
  log
    .trim()
    .split('\n')
    .filter((line) => !/^\s*at /.test(line))
    .slice(-1)[0] ?? ''
