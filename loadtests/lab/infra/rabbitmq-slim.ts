import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * RabbitMQ 3 looks for every module in the directories of all seventy plugins that come with it, enabled or not, which is half
 * of the CPU time that its start takes. This lays a tree beside it with its own applications alone, by links.
 * @param server path of `rabbitmq-server` behind any wrapper, @param home a directory for the tree
 * @returns the path to start instead; `server` itself where the tree does not look as that of RabbitMQ 3
 */
export function slimServer(server: string, home: string): string {
  const root = dirname(dirname(realpathSync(server)))
  const applications = existsSync(`${root}/plugins`) ? applicationsOf(`${root}/plugins`) : []
  if (!applications.some((directory) => directory.startsWith('rabbit-3.'))) return server
  mkdirSync(`${home}/plugins`, { recursive: true })
  // The scripts find the tree by their own place, links resolved: so these are copies.
  cpSync(`${root}/sbin`, `${home}/sbin`, { recursive: true })
  symlinkSync(`${root}/escript`, `${home}/escript`)
  for (const directory of applications)
    symlinkSync(`${root}/plugins/${directory}`, `${home}/plugins/${directory}`)
  return `${home}/sbin/rabbitmq-server`
}

/** The directories of RabbitMQ's own application and of all that it needs, and so on. */
function applicationsOf(plugins: string): string[] {
  const byName = new Map(
    readdirSync(plugins).map((directory) => [directory.replace(/-\d.*$/, ''), directory]),
  )
  const needed = new Set<string>()
  const visit = (name: string) => {
    const directory = byName.get(name)
    if (!directory || needed.has(directory)) return
    needed.add(directory)
    for (const next of namesIn(`${plugins}/${directory}/ebin/${name}.app`)) visit(next)
  }
  visit('rabbit')
  return [...needed]
}

function namesIn(file: string): string[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const list = /\{\s*applications\s*,\s*\[([^\]]*)\]/.exec(text)?.[1] ?? ''
  return list.split(',').map((name) => name.trim())
}
