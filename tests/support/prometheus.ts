import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { hasExited, spawnLeashed, stopLeashed } from '../../loadtests/lab/infra/leash.ts'
import { freePort } from '../../loadtests/lab/infra/ports.ts'
import { OBSERVE, onPath, prometheusConfig } from './observe.ts'

const LOOK_AGAIN_MS = 50

export type Prometheus = {
  url: string
  /** The values of an instant query, those that are no number among them. @throws Error when it is not valid */
  query(expr: string): Promise<number[]>
  targets(): Promise<{ health: string }[]>
  unhealthyRules(): Promise<string[]>
  stop(): Promise<void>
}

/**
 * Starts Prometheus with the project's configuration, but that it finds these processes by their addresses, each as the
 * job of its name, and asks them once a second.
 */
export async function startPrometheus(processes: { name: string; url: string }[]): Promise<Prometheus> {
  const dir = await mkdtemp(`${tmpdir()}/prometheus-test-`)
  const config = prometheusConfig()
  config.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' }
  config.rule_files = [`${OBSERVE}/alerts.yml`]
  config.scrape_configs = config.scrape_configs.map(({ dns_sd_configs: _, scrape_interval: __, ...rest }) => {
    const targets = processes.filter(({ name }) => name === rest.job_name).map(({ url }) => new URL(url).host)
    return { ...rest, static_configs: [{ targets }] }
  })
  await writeFile(`${dir}/prometheus.yml`, stringify(config))

  const port = await freePort()
  const options = { 'config.file': `${dir}/prometheus.yml`, 'storage.tsdb.path': `${dir}/data` }
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
  const child = spawnLeashed(onPath('prometheus')!, [...args, `--web.listen-address=127.0.0.1:${port}`], {
    cwd: dir,
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true
  while (!(await isReady())) {
    if (hasExited(child)) throw new Error('Prometheus ended as it started')
    await delay(LOOK_AGAIN_MS)
  }

  async function ask<T>(path: string): Promise<T> {
    const { status, data, error } = (await (await fetch(`${url}/api/v1/${path}`)).json()) as {
      status: string
      data: T
      error?: string
    }
    if (status !== 'success') throw new Error(`${path}: ${error}`)
    return data
  }
  return {
    url,
    async query(expr) {
      const interval = expr.replaceAll('$__rate_interval', '10s')
      const { result } = await ask<{ result: { value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(interval)}`,
      )
      return result.map(({ value }) => Number(value[1]))
    },
    async targets() {
      return (await ask<{ activeTargets: { health: string }[] }>('targets')).activeTargets
    },
    async unhealthyRules() {
      const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules')
      return groups.flatMap((group) => group.rules).flatMap((it) => (it.health === 'ok' ? [] : [it.name]))
    },
    async stop() {
      await stopLeashed(child)
      await rm(dir, { recursive: true })
    },
  }
}
