import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import {
  alerts,
  dashboard,
  dashboardText,
  metricsOf,
  OBSERVE,
  onPath,
  panels,
  prometheusConfig,
  queries,
  rules,
} from './support/observe.ts'

// What can be known of the alerts and the dashboard without a stack.

interface Service {
  profiles: string[]
  image?: string
  environment?: Record<string, string>
  volumes?: string[]
  cpus?: number
  mem_limit?: string
}

const read = (path: string) => readFileSync(`${projectRoot}/${path}`, 'utf8')
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
}

describe('alerts.yml', () => {
  it.each(alerts)('says of $alert who is woken, what it means and what to do', ({ labels, annotations }) => {
    expect(labels?.severity).toMatch(/^(page|ticket)$/)
    expect(Object.keys(annotations!)).toEqual(['summary', 'meaning', 'action'])
    for (const text of Object.values(annotations!)) expect(text).toMatch(/^\S.{15,}\.$/)
  })

  it('has each alert once, and pages for what callers notice alone', () => {
    const names = alerts.map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
    const paging = alerts.filter(({ labels }) => labels?.severity === 'page').map(({ alert }) => alert)
    expect(paging).toEqual(['CallersGetErrors', 'NoProcessLeft', 'OrdersStayPending'])
  })

  it('names no other alert than there is, in what to do', () => {
    const text = alerts.map(({ annotations }) => Object.values(annotations!).join(' ')).join(' ')
    const mentioned = text
      .match(/\b[A-Z][a-z]+[A-Z]\w+/g)!
      .filter((it) => !/^(RabbitMQ|PostgreSQL)$/.test(it))
    expect(mentioned.length).toBeGreaterThan(5)
    expect(alerts.map(({ alert }) => alert)).toEqual(expect.arrayContaining([...new Set(mentioned)]))
  })

  it('is tried alert by alert', () => {
    const tests = read('observe/alerts.test.yml')
    const untried = alerts.filter(({ alert }) => !tests.includes(`{alertname="${alert}"`))
    expect(untried).toEqual([])
  })

  it('is told by docs/observe.md, alert by alert', () => {
    const rows = alerts.map(({ alert, labels, annotations }) => {
      const { meaning, action } = annotations!
      return `| \`${alert}\` | ${labels!.severity} | ${meaning} | ${action} |`
    })
    const [table] = /(?<=\n\| --- \| --- \| --- \| --- \|\n)(\|.*\n)+/.exec(read('docs/observe.md')) ?? []
    expect(table?.trimEnd().split('\n')).toEqual(rows)
  })

  const withPromtool = onPath('promtool') ? it : it.skip
  withPromtool('passes its own tests, and Prometheus takes its configuration', () => {
    const promtool = (...args: string[]) => execFileSync(onPath('promtool')!, args, { encoding: 'utf8' })
    expect(promtool('test', 'rules', `${OBSERVE}/alerts.test.yml`)).toContain('SUCCESS')
    expect(promtool('check', 'config', `${OBSERVE}/prometheus.yml`)).toContain(`${rules.length} rules found`)
  })
})

describe('prometheus.yml', () => {
  it.each(['monolith', 'gateway', 'orders', 'inventory', 'rabbitmq'])('asks every replica of %s', (name) => {
    const { scrape_configs } = prometheusConfig()
    const jobs = scrape_configs.filter(({ dns_sd_configs }) => dns_sd_configs?.[0]?.names[0] === name)
    expect(jobs.length).toBeGreaterThan(0)
    expect(services[name]).toBeDefined()
    if (name === 'rabbitmq') return
    const port = jobs[0]!.dns_sd_configs![0]!.port
    const folder = name === 'monolith' ? name : `services/${name}`
    expect(read(`${folder}/src/config.ts`)).toContain(`port(${port})`)
  })
})

describe('the dashboard', () => {
  it('fits on a screen or two, and says of each panel what it shows', () => {
    expect(panels.length).toBeLessThanOrEqual(21)
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const { title, description, fieldConfig, targets } of panels) {
      expect(title).toMatch(/^[A-Z].{4,50}$/)
      expect(description).toMatch(/^\S.+\.$/)
      expect(fieldConfig?.defaults.unit).toBeDefined()
      expect(targets!.length).toBeGreaterThan(0)
    }
  })

  it('has no two panels in one place', () => {
    const taken = new Set<string>()
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken).not.toContain(`${x},${y}`)
          taken.add(`${x},${y}`)
        }
      }
    }
  })

  it('asks the Prometheus that Grafana is told of, and fetches nothing from elsewhere', () => {
    const provisioned = parse(read('observe/grafana/datasources/prometheus.yml')) as {
      datasources: { uid: string; url: string }[]
    }
    const [{ uid, url }] = provisioned.datasources as [{ uid: string; url: string }]
    expect(url).toBe('http://prometheus:9090')
    for (const { datasource, targets } of panels) {
      for (const it of [datasource, ...targets!.map((target) => target.datasource)]) expect(it?.uid).toBe(uid)
    }
    expect(dashboardText).not.toMatch(/https?:|libraryPanel|__inputs/)
  })

  it('has both stacks side by side wherever both have something', () => {
    const both = queries.filter(({ expr }) => expr.includes('sum by (stack'))
    expect(both.length).toBeGreaterThanOrEqual(6)
  })
})

describe('the profile observe', () => {
  const observing = Object.entries(services).filter(([, { profiles }]) => profiles.includes('observe'))

  it('is Prometheus and Grafana, of exact versions', () => {
    expect(observing.map(([name]) => name)).toEqual(['prometheus', 'grafana'])
    for (const [, { image }] of observing) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/)
  })

  it.each(observing)('leaves %s no more rights than it needs', (_, service) => {
    expect(service).toMatchObject({
      profiles: ['observe'],
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: ['DAC_READ_SEARCH'],
      security_opt: ['no-new-privileges:true'],
    })
    expect(service.mem_limit).toBeDefined()
    expect(service.cpus).toBeDefined()
  })

  it('shows the dashboard that is there as the first page', () => {
    const { environment, volumes } = services.grafana!
    const path = environment!.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH!
    const [from, to] = volumes![0]!.split(':')
    expect(path.startsWith(to!)).toBe(true)
    expect(existsSync(`${projectRoot}/${from}${path.slice(to!.length)}`)).toBe(true)
  })
})

describe('metricsOf', () => {
  it.each<[string, string[]]>([
    ['sum by (stack, le) (rate(a_bucket{x=~"b|c"}[1m])) > 2', ['a_bucket']],
    ['a:b:rate1m / on (job) group_left (x) c > 0.05 and d offset 5m', ['a:b:rate1m', 'c', 'd']],
    ['group by (job) (max_over_time(up[1h]) == 1) unless group by (job) (up == 1)', ['up']],
    ['histogram_quantile(0.99, x) or 0 * y', ['x', 'y']],
  ])('finds in %s', (expr, expected) => {
    expect(metricsOf(expr)).toEqual(expected)
  })
})
