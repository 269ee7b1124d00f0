import { mean, sum } from 'simple-statistics'
import { LOAD_GENERATOR } from '../../compare/comparison.ts'
import type { Result, Round } from '../../compare/result.ts'
import { roundsOf } from '../../compare/verdict.ts'
import type { StackName } from '../../stacks/start.ts'
import { figure } from '../format.ts'
import type { Chart } from './charts.ts'
import { type Column, columnsOption, HEIGHT } from './columns.ts'
import { renderSvg } from './render.ts'
import { tint } from './theme.ts'

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
  const columns = result.stacks.map(({ name, processes }) => {
    const rounds = roundsOf(result, name)
    const values = processes.filter((it) => it !== LOAD_GENERATOR)
    return columnOf(name, values, (process) => mean(rounds.map((round) => measureOf(round, process))))
  })
  const spoken = columns.map(({ stack, total }) => `${stack} ${figure(total)} ${unit}`).join('; ')
  return renderSvg(columnsOption(columns, axis, unit), HEIGHT, `${axis}: ${spoken}`)
}

function columnOf(stack: StackName, processes: string[], measureOf: (process: string) => number): Column {
  let from = 0
  const parts = processes.map((process, i) => {
    const value = measureOf(process)
    const share = 1 - (0.75 * i) / Math.max(1, processes.length - 1)
    const part = { process, value, from, colour: tint(stack, share) }
    from += value
    return part
  })
  return { stack, total: sum(parts.map(({ value }) => value)), parts }
}
