import { existsSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../loadtests/lab/infra/paths.ts'

export type Rule = {
  alert?: string
  record?: string
  expr: string
  labels?: { severity?: string }
  annotations?: Record<string, string>
}
export type Panel = {
  id: number
  type: string
  title: string
  description?: string
  datasource?: { type: string; uid: string }
  gridPos: { x: number; y: number; w: number; h: number }
  fieldConfig?: { defaults: { unit?: string } }
  targets?: { expr: string; datasource: { uid: string } }[]
}

export const OBSERVE = `${projectRoot}/observe`
const read = (file: string) => readFileSync(`${OBSERVE}/${file}`, 'utf8')

export const dashboardText = read('grafana/dashboards/one-shop-twice.json')
export const dashboard = JSON.parse(dashboardText) as { uid: string; panels: Panel[] }
export const panels = dashboard.panels.filter(({ type }) => type !== 'row')
export const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (it) => it.rules,
)
export const alerts = rules.filter(({ alert }) => alert)
export const prometheusConfig = () =>
  parse(read('prometheus.yml')) as {
    global: Record<string, string>
    rule_files: string[]
    scrape_configs: {
      job_name: string
      scrape_interval?: string
      dns_sd_configs?: { names: string[]; type: string; port: number }[]
      static_configs?: { targets: string[] }[]
    }[]
  }

/** Every query of the dashboard, with where it stands. */
export const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
)

/** A command of Prometheus on PATH; undefined where there is none. */
export const onPath = (command: 'prometheus' | 'promtool'): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => `${directory}/${command}`)
    .find((it) => existsSync(it))

const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'group', 'inf', 'nan'])

/** The metrics that an expression of PromQL names. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
  const names = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g)].map(([name]) => name)
  return [...new Set(names.filter((name) => !WORDS.has(name)))]
}
