import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type Block, blocksOf } from './blocks.ts'

/** How one file stands in the two stacks, declaration by declaration. */
export interface Pair {
  /** Such as `orders/service.ts`. */
  file: string
  /** Set when only one stack has the file: then it may hold what it likes. */
  onlyIn?: 'monolith' | 'services'
  same: string[]
  differs: string[]
  onlyMonolith: string[]
  onlyServices: string[]
  /** What breaks the mirror whatever is declared. */
  faults: string[]
}

const MODULES = ['inventory', 'orders']
const monolithDir = (module: string) => `monolith/src/modules/${module}`
const servicesDir = (module: string) => `services/${module}/src`

/** Every file of the mirrored modules: first those that both stacks have. */
export function comparePairs(root: string): Pair[] {
  const pairs = MODULES.flatMap((module) => {
    const sides = [`${root}/${monolithDir(module)}`, `${root}/${servicesDir(module)}`] as const
    const files = new Set(sides.flatMap(filesIn))
    return [...files]
      .filter((file) => !file.includes('.test.'))
      .sort()
      .map((file) => comparePair(`${module}/${file}`, `${sides[0]}/${file}`, `${sides[1]}/${file}`))
  })
  return pairs.sort((a, b) => Number(a.onlyIn !== undefined) - Number(b.onlyIn !== undefined))
}

function comparePair(file: string, monolith: string, services: string): Pair {
  const [left, right] = [read(monolith), read(services)]
  const [ours, theirs] = [blocksOf(file, left), blocksOf(file, right)]
  const textOf = new Map(theirs.map(({ name, text }) => [name, text]))
  const inBoth = ours.filter(({ name }) => textOf.has(name))
  const shared = new Set(inBoth.map(({ name }) => name))
  return {
    file,
    ...(left === '' && { onlyIn: 'services' as const }),
    ...(right === '' && { onlyIn: 'monolith' as const }),
    same: names(inBoth.filter(({ name, text }) => textOf.get(name) === text)),
    differs: names(inBoth.filter(({ name, text }) => textOf.get(name) !== text)),
    onlyMonolith: names(ours.filter(({ name }) => !shared.has(name))),
    onlyServices: names(theirs.filter(({ name }) => !shared.has(name))),
    faults: [
      ...(left !== '' && left === right ? ['identical in both stacks: it belongs in shared/'] : []),
      ...orderFault(names(inBoth), names(theirs.filter(({ name }) => shared.has(name)))),
      ...importFaults('monolith', left, file === 'orders/stock.ts' ? ['../inventory/service.ts'] : []),
      ...importFaults('services', right, []),
    ],
  }
}

/** How a schema came about is no part of the mirror: `schema.sql` is the whole. */
const filesIn = (dir: string) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((it) => (it.isFile() ? [it.name] : []))

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const names = (blocks: Block[]) => blocks.map(({ name }) => name)

const orderFault = (ours: string[], theirs: string[]) =>
  ours.join() === theirs.join() ? [] : ['its declarations stand in another order']

/** A mirrored file reaches its neighbours and packages only; the seam, `stock.ts`, may reach the other module. */
function importFaults(stack: string, source: string, allowed: string[]): string[] {
  const targets = [...source.matchAll(/from '([^']+)'/g)].map(([, target]) => target ?? '')
  const bad = targets.filter((target) => target.startsWith('../') && !allowed.includes(target))
  return bad.map((target) => `${stack} imports ${target}`)
}
