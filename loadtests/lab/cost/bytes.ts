import { readFile } from 'node:fs/promises'

/**
 * The bytes that a process has read and written so far, from `/proc/<pid>/io`: `rchar` and `wchar`, all that went through read
 * and write calls. For a Node process at work these are what it exchanges over sockets (clients, other services, PostgreSQL,
 * RabbitMQ: bodies, headers and protocol alike) and its log. They count on both sides: what one service sends another is in
 * the sum of both twice. Files that are read, as at the start, are included; what the kernel adds on the wire is not.
 * @returns null where the system does not tell: it takes Linux, and a process of the same user
 */
export async function bytesOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')
  return parseIo(text)
}

/** The sum of `rchar` and `wchar`; null where they are not there. */
export function parseIo(text: string): number | null {
  const of = (name: string) => new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1]
  const [read, written] = [of('rchar'), of('wchar')]
  return read === undefined || written === undefined ? null : Number(read) + Number(written)
}
