import type { Group } from '../sample/sampler.ts'
import type { Laboratory } from '../sample/window.ts'
import { readFound } from './found.ts'
import { k6Command } from './k6.ts'

/** Docker's own: daemon, proxies of published ports, and what starts a process for every look at a container's health. */
const DOCKER = ['dockerd', 'containerd', 'docker-', 'runc']
/** The virtual machine of Docker Desktop. Others have names that say nothing of Docker. */
const VIRTUAL_MACHINE = ['com.docker.', 'com.apple.Virtualization.']

type Named = { name: string }

/** Whether a process is one of Docker's own. */
export const isDockers = ({ name }: Named): boolean => DOCKER.some((it) => name.startsWith(it))

/** Whether a process is the virtual machine in which Docker has its own processes, and containers. */
export const isDockersMachine = ({ name }: Named): boolean =>
  VIRTUAL_MACHINE.some((it) => name.startsWith(it))

/**
 * What a command runs as processes of this machine: these groups; servers that it attached to, which are known by their names
 * alone; and, where Docker runs RabbitMQ or k6, what is Docker's own.
 */
export function localLaboratory(groups: () => Group[]): Laboratory {
  const { POSTGRES_URL, AMQP_URL } = process.env
  const hasK6InDocker = k6Command().cmd === 'docker'
  const usesDocker = hasK6InDocker || (!AMQP_URL && readFound().rabbitmq.kind === 'docker')
  const names = [
    ...(POSTGRES_URL ? ['postgres'] : []),
    ...(AMQP_URL ? ['beam.smp'] : []),
    ...(hasK6InDocker ? ['k6'] : []),
  ]
  return {
    roots: () => groups().map(({ pid }) => pid),
    owns: (it) => names.includes(it.name) || (usesDocker && (isDockers(it) || isDockersMachine(it))),
    endsUnseen: hasK6InDocker,
  }
}
