import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import { dockerEnvironment } from '../infra/docker-client.ts'
import { UserError } from '../infra/user-error.ts'

const NS_PER_MS = 1e6

/** A container of a compose project. */
export type Container = {
  id: string
  service: string
  /** Ports on 127.0.0.1 by the container's own. */
  ports: Map<number, number>
}

/** CPU time so far in milliseconds, and memory in bytes, of all that runs in a container. */
export type ContainerReading = { cpuMs: number; memoryBytes: number }

/** The Docker Engine on this machine, by its HTTP interface. */
export type Engine = {
  /** The running containers of a compose project. */
  containers(project: string): Promise<Container[]>
  /** Reads a container's control group, as it stands now or, on older engines, within the next second. */
  read(id: string): Promise<ContainerReading>
  close(): Promise<void>
}

type ListedContainer = { Id: string; Labels: Record<string, string>; Ports: ListedPort[] }
type ListedPort = { PrivatePort: number; PublicPort?: number }
type Stats = {
  cpu_stats: { cpu_usage: { total_usage: number } }
  memory_stats: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } }
}

/** @throws UserError when the engine is on another machine */
export async function connectEngine(): Promise<Engine> {
  const pool = new Pool('http://localhost', { socketPath: await socketPath(), connections: 16 })

  async function get<T>(path: string): Promise<T> {
    const { statusCode, body } = await pool.request({ method: 'GET', path })
    const answer = (await body.json()) as T & { message?: string }
    if (statusCode !== 200) throw new Error(`Docker answered ${statusCode} to ${path}: ${answer.message}`)
    return answer
  }

  return {
    async containers(project) {
      const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`] })
      const listed = await get<ListedContainer[]>(`/containers/json?filters=${encodeURIComponent(filters)}`)
      return listed.map(toContainer)
    },
    read: async (id) => toReading(await get<Stats>(`/containers/${id}/stats?stream=false&one-shot=true`)),
    close: () => pool.close(),
  }
}

function toContainer({ Id, Labels, Ports }: ListedContainer): Container {
  const published = Ports.flatMap((it) => (it.PublicPort ? [[it.PrivatePort, it.PublicPort] as const] : []))
  return { id: Id, service: Labels['com.docker.compose.service'] ?? '', ports: new Map(published) }
}

function toReading({ cpu_stats, memory_stats: { usage = 0, stats = {} } }: Stats): ContainerReading {
  // Files that were read and are not in use: the kernel gives that memory away when anyone asks. Control groups of
  // version 1 name it `total_…`.
  const idle = stats.total_inactive_file ?? stats.inactive_file ?? 0
  return { cpuMs: cpu_stats.cpu_usage.total_usage / NS_PER_MS, memoryBytes: usage - idle }
}

/** Where the engine listens that `docker` itself uses. */
async function socketPath(): Promise<string> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const host = (await promisify(execFile)('docker', args, { env: dockerEnvironment() })).stdout.trim()
  const [, path] = /^(?:unix|npipe):\/\/(.+)$/.exec(host) ?? []
  if (path) return path
  throw new UserError(`Docker is at ${host}; what it runs can be measured only where it has a local socket.`)
}
