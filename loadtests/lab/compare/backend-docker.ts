import { randomBytes } from 'node:crypto'
import { connectEngine, type Engine } from '../docker/engine.ts'
import { dockerLaboratory } from '../docker/laboratory.ts'
import { createMeter } from '../docker/meter.ts'
import { type Project, startProject } from '../docker/project.ts'
import { createDockerTarget, type Passwords } from '../docker/target.ts'
import { createSecrets } from '../docker/variables.ts'
import { release } from '../infra/leash.ts'
import { createRunDir } from '../infra/run-dir.ts'
import type { StackName } from '../stacks/start.ts'
import type { Backend, StartBackend } from './backend.ts'
import { postgresVersion, rabbitmqVersion } from './versions.ts'

const DESCRIPTION =
  "Containers by docker-compose.yml, which gives both stacks the same CPU and memory in all; k6 is a plain process on this machine. CPU time and memory are those of the containers, memory without cached files that nobody uses. What Docker itself uses is no stack's, and not that of other programs."

/** The stacks as containers, by docker-compose.yml, on fresh volumes and free ports. */
export const startDocker: StartBackend = async (arms) => {
  const names = arms.map(({ stack }) => stack)
  const dir = await createRunDir()
  let engine: Engine | undefined
  let project: Project | undefined
  const stop = async () => {
    await engine?.close()
    const complaints = (await project?.down()) ?? []
    await dir.remove()
    await release()
    return complaints
  }
  try {
    const { authSecret, passwords, variables } = createSecrets()
    const name = `one-shop-twice-${process.pid}-${randomBytes(3).toString('hex')}`
    project = await startProject(name, names, variables)
    engine = await connectEngine()
    return { ...(await describe(names, project, engine, passwords)), secret: authSecret, dir: dir.path, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function describe(
  names: StackName[],
  project: Project,
  engine: Engine,
  passwords: Passwords,
): Promise<Pick<Backend, 'targets' | 'laboratory' | 'versions' | 'description'>> {
  const containers = await engine.containers(project.name)
  const meter = createMeter(engine, containers)
  const stacks = names.map((name) => createDockerTarget(name, containers, meter, passwords))
  const [{ databases }] = stacks as [(typeof stacks)[0]]
  const broker = stacks.find(({ amqp }) => amqp)?.amqp
  return {
    targets: stacks.map(({ target }) => target),
    laboratory: dockerLaboratory(containers, meter),
    versions: {
      postgresql: await postgresVersion('monolith' in databases ? databases.monolith : databases.orders),
      rabbitmq: broker ? await rabbitmqVersion(broker.url) : null,
    },
    description: DESCRIPTION,
  }
}
