import { colours as pc } from '../cli/colours.ts'
import type { Stack } from '../stacks/stack.ts'

const TITLES = { monolith: 'The monolith', services: 'The services' }

type Tokens = { customer: string; admin: string }

/** What a person needs to use the stacks: addresses, tokens, and lines to paste. */
export function announcement(stacks: Stack[], { customer, admin }: Tokens, sku: string): string {
  const tokens = [
    pc.bold('Tokens, good for 12 hours'),
    `  customer ada    ${customer}`,
    `  admin root      ${admin}`,
  ]
  return `\n${[...stacks.map((stack) => section(stack, customer, sku)), tokens.join('\n')].join('\n\n')}\n`
}

function section({ name, url, processes }: Stack, customer: string, sku: string): string {
  const others = processes.filter((it) => it.url !== url)
  return [
    pc.bold(TITLES[name]),
    `  API        ${pc.cyan(url)}`,
    `  docs       ${pc.cyan(`${url}/docs`)}`,
    `  metrics    ${pc.cyan(`${url}/metrics`)}`,
    ...others.map((it) => `  ${it.name.padEnd(10)} ${pc.cyan(it.url)}  (${it.url}/docs, ${it.url}/metrics)`),
    '  Try it: browse, order, read back',
    ...curlLines(url, customer, sku).map((line) => `    ${line}`),
  ].join('\n')
}

/** Three lines for a POSIX shell. The key is fixed: to paste the second line again is to ask for the same order. */
function curlLines(url: string, token: string, sku: string): string[] {
  const bearer = `-H 'Authorization: Bearer ${token}'`
  const order = JSON.stringify({ lines: [{ sku, quantity: 2 }] })
  const headers = `-H 'Content-Type: application/json' -H 'Idempotency-Key: first-order' -H 'Prefer: wait=5'`
  return [
    `curl -s '${url}/products?limit=3'`,
    `curl -s '${url}/orders' ${bearer} ${headers} -d '${order}'`,
    `curl -s '${url}/orders?limit=1' ${bearer}`,
  ]
}
