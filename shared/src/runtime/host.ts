import { isIPv6 } from 'node:net'

const NAME = /^(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+$/i
const LONGEST = 255
const HIGHEST_PORT = 65_535

/** Nearly every request names the same one. */
let lastGood = ''

/** Whether this is a host, with or without a port (RFC 9112, section 3.2; RFC 3986, section 3.2.2). */
export function isHost(value: string): boolean {
  if (value === lastGood) return value !== ''
  if (value.length > LONGEST || !isHostAndPort(value)) return false
  lastGood = value
  return true
}

function isHostAndPort(value: string): boolean {
  const colon = value.indexOf(':', value.lastIndexOf(']') + 1)
  const host = colon === -1 ? value : value.slice(0, colon)
  if (colon !== -1 && !isPort(value.slice(colon + 1))) return false
  return host.startsWith('[') ? isBracketed(host) : NAME.test(host)
}

/** An address of IPv6. Which interface it is on, after `%`, means nothing to anybody else. */
const isBracketed = (host: string) => host.endsWith(']') && !host.includes('%') && isIPv6(host.slice(1, -1))

const isPort = (port: string) => /^\d{0,5}$/.test(port) && Number(port) <= HIGHEST_PORT
