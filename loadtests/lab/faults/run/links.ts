import type { Dependency, ProcessName } from '../../stacks/stack.ts'
import type { LinkControl, LinkName } from '../fault.ts'
import { type Link, startLink } from '../link.ts'

/** The links of one run. */
export type Links = {
  /** What a stack asks for the address of a dependency. */
  via(from: ProcessName, to: Dependency, url: string): Promise<string>
  controls: Record<LinkName, LinkControl>
  close(): Promise<void>
}

/** Puts a TCP proxy into each of these links; all others stay as they are. */
export function createLinks(names: LinkName[]): Links {
  const links = new Map<LinkName, Map<string, Link>>(names.map((name) => [name, new Map()]))
  const controlOf = (name: LinkName): LinkControl => {
    const each = (work: (link: Link) => void) => {
      for (const link of links.get(name)!.values()) work(link)
    }
    return {
      latency: (ms) => each((link) => link.latency(ms)),
      cut: () => each((link) => link.cut()),
      halfOpen: () => each((link) => link.halfOpen()),
      swallow: () => each((link) => link.swallow()),
      heal: () => each((link) => link.heal()),
    }
  }
  return {
    async via(from, to, url) {
      const name = `${from}-${to}` as LinkName
      const own = links.get(name)
      if (!own) return url
      const address = new URL(url)
      const link =
        own.get(address.host) ??
        (await startLink({ to: { host: address.hostname, port: Number(address.port) } }))
      own.set(address.host, link)
      address.port = String(link.port)
      // Base URLs go without the slash that URL puts at their end.
      return address.href.replace(/\/$/, '')
    },
    controls: Object.fromEntries(names.map((name) => [name, controlOf(name)])) as Links['controls'],
    async close() {
      await Promise.all([...links.values()].flatMap((own) => [...own.values()].map((link) => link.close())))
    },
  }
}
