import { mean, sum } from 'simple-statistics'
import { countedRounds } from '../../compare/counting.ts'
import { LOAD_GENERATOR } from '../../compare/measures.ts'
import type { Result, Round } from '../../compare/result.ts'
import { ofArm } from '../../compare/units.ts'
import type { StackName } from '../../stacks/stack.ts'
import { figure } from '../format.ts'
import type { Chart } from './charts.ts'
import { columnsOption, HEIGHT, type Part } from './columns.ts'
import { renderSvg } from './render.ts'
import { drawnAs, tint } from './theme.ts'

/** CPU time for each piece of work, by process, stacked. */
export function cpuChart(result: Result): Chart {
  const { unit } = result.scenario
  return {
    id: 'cpu',
    title: `CPU time per ${unit}, by process`,
    hint: 'The whole column is what one costs the machine. Means over the rounds; k6 is not in it.',
    svg: draw(result, `CPU time per ${unit}, ms`, 'ms', (round, name) => {
      return processOf(round, name).cpuMs / round.work
    }),
  }
}

/** Resident memory under load by process, stacked. */
export function memoryChart(result: Result): Chart {
  return {
    id: 'memory',
    title: 'Memory under load, by process',
    hint: 'Resident memory, the median of a round, mean over the rounds. RabbitMQ and each Node process bring a good part of it before any work.',
    svg: draw(
      result,
      'Resident memory, MiB',
      'MiB',
      (round, name) => processOf(round, name).memoryMiB.median,
    ),
  }
}

const processOf = (round: Round, name: string) => round.processes.find((it) => it.name === name)!

function draw(
  result: Result,
  axis: string,
  unit: string,
  measureOf: (round: Round, process: string) => number,
) {
  const counted = countedRounds(result)
  const columns = result.arms.map(({ name, processes }) => {
    const rounds = ofArm(counted, name)
    const measured = processes.filter((it) => it !== LOAD_GENERATOR)
    const parts = partsOf(drawnAs(result.arms, name), measured, (process) =>
      mean(rounds.map((round) => measureOf(round, process))),
    )
    return { name, look: drawnAs(result.arms, name), total: sum(parts.map(({ value }) => value)), parts }
  })
  const spoken = columns.map(({ name, total }) => `${name} ${figure(total)} ${unit}`).join('; ')
  return renderSvg(columnsOption(columns, axis, unit), HEIGHT, `${axis}: ${spoken}`)
}

function partsOf(look: StackName, processes: string[], measureOf: (process: string) => number): Part[] {
  let from = 0
  return processes.map((process, i) => {
    const value = measureOf(process)
    const share = 1 - (0.75 * i) / Math.max(1, processes.length - 1)
    const part = { process, value, from, colour: tint(look, share) }
    from += value
    return part
  })
}
