import type { StackName } from '../../stacks/stack.ts'
import type { Fault, LinkControl, LinkName } from '../fault.ts'

const LINKS: LinkName[] = [
  'monolith-postgres',
  'orders-postgres',
  'inventory-postgres',
  'orders-rabbitmq',
  'inventory-rabbitmq',
  'gateway-orders',
  'gateway-inventory',
  'orders-inventory',
]
const NAMES: Record<string, string> = { postgres: 'PostgreSQL', rabbitmq: 'RabbitMQ' }
const LATENCY_MS = 150
/** How long a link is silent: longer than any call has, and to the broker longer than two heartbeats of five seconds. */
const SILENT_MS = { broker: 12_000, other: 6_500 }

/** What happens to the ways between a process and what it depends on. */
export const linkFaults: Fault[] = LINKS.flatMap((link) => [
  linkFault(link, 'latency', `${LATENCY_MS} ms of latency each way`, (control) =>
    control.latency(LATENCY_MS),
  ),
  linkFault(link, 'cut', 'cut', (control) => control.cut()),
  {
    ...linkFault(link, 'half-open', 'half-open: open, and silent', (control) => control.halfOpen()),
    lastsMs: link.endsWith('rabbitmq') ? SILENT_MS.broker : SILENT_MS.other,
    setup: { links: [link], load: { durationMs: 9_000, deadlineMs: 20_000 } },
  },
  {
    ...linkFault(
      link,
      'swallowed',
      'swallowed for good: what is open stays silent, what is new passes',
      (it) => it.swallow(),
    ),
    setup: { links: [link], load: { durationMs: 15_000, deadlineMs: 30_000 } },
    // The other side never hears that they have ended.
    expect: { complaints: [/^\d+ connections of '.*' to .* were left open$/, /^a queue was left bound to/] },
    async inject({ links }) {
      links[link].swallow()
      return undefined
    },
  },
])

type Change = (control: LinkControl) => void

function linkFault(link: LinkName, how: string, title: string, change: Change): Fault {
  const [from, to] = link.split('-') as [string, string]
  const stack: StackName = from === 'monolith' ? 'monolith' : 'services'
  return {
    name: `link-${link}-${how}`,
    title: `${from} to ${NAMES[to] ?? to} ${title}`,
    stacks: [stack],
    setup: { links: [link] },
    holds: [link],
    async inject({ links }) {
      change(links[link])
      return async () => links[link].heal()
    },
  }
}
