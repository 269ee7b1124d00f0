import type { FastifyRequest } from 'fastify'

/**
 * Whose share a request comes out of: the token's subject, or the address where a route asks for no token. Kinds are told apart,
 * as a subject may look like an address.
 */
export const callerOf = ({ caller, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): string =>
  caller ? `sub:${caller.sub}` : `ip:${networkOf(ip)}`

/**
 * The address itself, or, in IPv6, its first 64 bits: whoever has one address there has all of those. An address of IPv4 is
 * the same however it came in.
 */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  if (ip.startsWith('::ffff:') && ip.includes('.')) return ip.slice('::ffff:'.length)
  const [address = ''] = ip.split('%')
  const [head = '', tail] = address.split('::')
  const first = head.split(':')
  if (tail === undefined || first.length >= 4) return `${first.slice(0, 4).join(':')}::/64`
  // The zeros that `::` stands for, in front of what comes after it.
  const last = tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  const groups = [...first.map((group) => group || '0'), ...zeros, ...last]
  return `${groups.slice(0, 4).join(':')}::/64`
}
