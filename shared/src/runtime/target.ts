import { isHost } from './host.ts'

const SLASH = 47
const DOT = 46

/** By character code: what a path is written with (RFC 3986, section 3.3). */
const IN_PATH = new Uint8Array(128)
for (const char of "/%:@!$&'()*+,;=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  IN_PATH[char.charCodeAt(0)] = 1

/**
 * The one form of a request's target, path and query: what is equal is written equally (RFC 3986, section 6.2.2), so that all
 * who look at it see the same. A whole URL becomes its path. Undefined when it is no target: with a `#`, a character that no
 * path has, an escape that is none, or a segment of dots.
 */
export function canonicalTarget(target: string): string | undefined {
  const start = target.charCodeAt(0) === SLASH ? 0 : startOfPath(target)
  if (start === -1 || target.includes('#')) return undefined
  const mark = target.indexOf('?', start)
  const end = mark === -1 ? target.length : mark
  const path = target.slice(start, end) || '/'
  const plain = path.includes('%') ? unescaped(path) : path
  if (plain === undefined || !isPath(plain)) return undefined
  if (plain === path && start === 0) return target
  return plain + target.slice(end)
}

/** The path of a target. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? target : target.slice(0, mark)
}

/** Of a whole URL, as proxies are sent it; -1 when it is none. */
function startOfPath(target: string): number {
  const [scheme] = /^https?:\/\//i.exec(target) ?? []
  if (!scheme) return -1
  const length = target.slice(scheme.length).search(/[/?]/)
  const start = length === -1 ? target.length : scheme.length + length
  return isHost(target.slice(scheme.length, start)) ? start : -1
}

/** Without the escapes that need not be, those that stay in capitals. */
function unescaped(path: string): string | undefined {
  try {
    decodeURIComponent(path)
  } catch {
    return undefined
  }
  return path.replaceAll(/%[0-9a-f]{2}/gi, (triplet) => {
    const char = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return /[\w.~-]/.test(char) ? char : triplet.toUpperCase()
  })
}

function isPath(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (!IN_PATH[code]) return false
    if (code === DOT && path.charCodeAt(i - 1) === SLASH && isDots(path, i)) return false
  }
  return true
}

/** `.` and `..` as a whole segment: a client takes them out before it asks, and whoever leaves them in wants out. */
function isDots(path: string, start: number): boolean {
  const end = path.charCodeAt(start + 1) === DOT ? start + 2 : start + 1
  return end === path.length || path.charCodeAt(end) === SLASH
}
