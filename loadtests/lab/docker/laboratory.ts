import { containerOf } from '../budget/container.ts'
import { isDockers, isDockersMachine } from '../infra/laboratory.ts'
import { readTable } from '../sample/reader.ts'
import type { Laboratory } from '../sample/window.ts'
import type { Container } from './engine.ts'
import type { Meter } from './meter.ts'

/**
 * What Docker runs for a comparison: all containers of its project, loaded or idle, and Docker's own processes. Where Docker has
 * them in a virtual machine, the whole machine is meant; where none that is known by its name shows in the process table, as in
 * WSL, the containers' latest readings are, and what the machine needs for itself is company.
 */
export function dockerLaboratory(containers: Container[], meter: Meter): Laboratory {
  const ids = new Set(containers.map(({ id }) => id))
  const isInside = ({ pid }: { pid: number }) => ids.has(containerOf(pid) ?? '')
  const processes = [...readTable().values()]
  if (processes.some(isInside)) return { roots: () => [], owns: (it) => isDockers(it) || isInside(it) }
  const owns = (it: { name: string }) => isDockers(it) || isDockersMachine(it)
  if (processes.some(isDockersMachine)) return { roots: () => [], owns }
  return { roots: () => [], owns, elsewhereMs: () => meter.totalMs() }
}
