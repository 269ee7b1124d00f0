import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { BalancedPool } from 'undici'

/** How often names are looked up again, in milliseconds. */
const REFRESH_MS = 1_000

/**
 * Keeps a pool's upstreams equal to the addresses that the URLs stand for: an address once, a name for as long as it
 * resolves to it. A look-up that fails changes nothing.
 * @returns `first`: resolves after the first look-up
 */
export function followAddresses(
  urls: readonly string[],
  pool: BalancedPool,
): { first: Promise<void>; stop(): void } {
  const targets = urls.map((url) => new URL(url))
  const known = new Map<string, Set<string>>()

  async function refresh(url: URL): Promise<void> {
    const found = await origins(url).catch(() => undefined)
    if (!found) return
    const before = known.get(url.origin) ?? new Set()
    known.set(url.origin, found)
    for (const origin of found.difference(before)) pool.addUpstream(origin)
    for (const origin of before.difference(found)) pool.removeUpstream(origin)
  }

  const first = Promise.all(targets.map(refresh)).then(() => undefined)
  const named = targets.filter(({ hostname }) => !isAddress(hostname))
  const timer = named.length > 0 ? setInterval(() => named.forEach(refresh), REFRESH_MS) : undefined
  timer?.unref()
  return { first, stop: () => clearInterval(timer) }
}

const isAddress = (hostname: string) => isIP(hostname.replace(/^\[|\]$/g, '')) > 0

async function origins(url: URL): Promise<Set<string>> {
  if (isAddress(url.hostname)) return new Set([url.origin])
  const addresses = await lookup(url.hostname, { all: true })
  return new Set(
    addresses.map(({ address, family }) => {
      const host = family === 6 ? `[${address}]` : address
      return `${url.protocol}//${host}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
    }),
  )
}
