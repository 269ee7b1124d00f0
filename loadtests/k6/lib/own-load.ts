import exec from 'k6/execution'

const FOREIGN = '--vus, --duration, --iterations, --stage and --rps (or K6_VUS and so on)'

/**
 * Stops a run that has lost its arrival rate: k6 puts users in its place who go round in a loop, and wait for a slow shop, when
 * it is given numbers of its own. For `setup()`.
 */
export function requireArrivalRate(): void {
  const { rps } = exec.test.options
  if (executors().every(({ executor }) => executor === 'constant-arrival-rate') && !rps) return
  exec.test.abort(
    `This script needs its arrival rate. Leave out ${FOREIGN}; say -e RATE=60 -e DURATION=30s instead.`,
  )
}

/** Stops a run that is more than one person who does everything once. For `setup()`. */
export function requireOnePass(): void {
  const isOnce = executors().every((it) => 'iterations' in it && it.iterations === 1 && it.vus === 1)
  if (isOnce) return
  exec.test.abort(
    `This script is one person's single pass, and has no arrival rate. Leave out ${FOREIGN}; for load, take 2-browse.ts.`,
  )
}

const executors = () => Object.values(exec.test.options.scenarios ?? {})
