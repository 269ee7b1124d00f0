import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** How often names are looked up again, in milliseconds. */
const REFRESH_MS = 1_000

/** What is kept up to date, such as the replicas of a service. */
export interface Upstreams {
  addUpstream(origin: string): unknown
  removeUpstream(origin: string): unknown
}

/** All addresses of a name, as the system's resolver tells them. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>
const everyAddress: Lookup = (hostname) => systemLookup(hostname, { all: true })

/**
 * Keeps a pool's upstreams equal to the addresses that the URLs stand for: an address once, a name for as long as it
 * resolves to it. A look-up that fails changes nothing.
 */
export function followAddresses(
  urls: readonly string[],
  pool: Upstreams,
  lookup = everyAddress,
): { stop(): void } {
  const targets = urls.map((url) => new URL(url))
  const known = new Map<string, Set<string>>()
  const asking = new Set<URL>()

  async function refresh(url: URL): Promise<void> {
    // One at a time: an answer that took long would else undo a newer one.
    if (asking.has(url)) return
    asking.add(url)
    const found = await origins(url, lookup).catch(() => undefined)
    asking.delete(url)
    if (!found) return
    const before = known.get(url.origin) ?? new Set()
    known.set(url.origin, found)
    for (const origin of found.difference(before)) pool.addUpstream(origin)
    for (const origin of before.difference(found)) pool.removeUpstream(origin)
  }

  targets.forEach(refresh)
  const named = targets.filter(({ hostname }) => !isAddress(hostname))
  const timer = named.length > 0 ? setInterval(() => named.forEach(refresh), REFRESH_MS) : undefined
  timer?.unref()
  return { stop: () => clearInterval(timer) }
}

const isAddress = (hostname: string) => isIP(hostname.replace(/^\[|\]$/g, '')) > 0

async function origins(url: URL, lookup: Lookup): Promise<Set<string>> {
  if (isAddress(url.hostname)) return new Set([url.origin])
  const addresses = await lookup(url.hostname)
  return new Set(
    addresses.map(({ address, family }) => {
      const host = family === 6 ? `[${address}]` : address
      return `${url.protocol}//${host}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
    }),
  )
}
