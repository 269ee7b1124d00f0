// Loaded by `node --import` before a process of the shop: its clock is ahead of all others, or behind. How fast time passes
// stays as it is.

import { CLOCK_AHEAD } from '../preload.ts'

const aheadMs = Number(process.env[CLOCK_AHEAD])
if (!Number.isFinite(aheadMs)) throw new Error(`${CLOCK_AHEAD} is not a number of milliseconds`)

const Real = Date
const now = () => Real.now() + aheadMs

globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
})
