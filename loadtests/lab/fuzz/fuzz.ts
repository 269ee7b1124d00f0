import { auditStack } from '../audit/audit-stack.ts'
import { createRest } from '../model/rest.ts'
import type { Stack } from '../stacks/stack.ts'
import { type CampaignResult, type Finding, runCampaign, type Tally, type Target } from './campaign.ts'
import { differences } from './differences.ts'
import { readDocument } from './document.ts'
import type { DraftOptions, Tokens } from './draft.ts'
import { makeDrafts } from './drafts.ts'
import { createWorld, EMPTY_SKU, makeTokens, SKUS, type World } from './world.ts'

/** How many requests are sent before the databases are held against what was answered. */
const BATCH = 500
/** Of the requests to the services, one in so many goes to each process behind the gateway as well. */
const DIRECT = 4

export type FuzzOptions = {
  /** AUTH_SECRET of all stacks. */
  secret: string
  /** Requests to each stack's public address. */
  requests: number
  seed: number
  onProgress?: (text: string) => void
  /** Says when to stop early. */
  isEnough?: () => boolean
}

export type FuzzResult = {
  findings: Finding[]
  tallies: Tally[]
  /** What the databases hold that was not agreed to, and audit checks that failed. */
  effects: string[]
  /** The tokens that were sent, by what they are. */
  tokens: Tokens
}

/**
 * Sends generated requests, good and spoilt, to stacks and to the services behind the gateway, and looks at every answer
 * and at what is left in the databases.
 */
export async function fuzz(stacks: Stack[], options: FuzzOptions): Promise<FuzzResult> {
  const tokens = makeTokens(options.secret)
  const worlds = await Promise.all(stacks.map((stack) => createWorld(stack, tokens)))
  const result: CampaignResult = { findings: [], tallies: new Map() }
  const effects: string[] = []
  for (const [i, targets] of (await campaignsOf(worlds)).entries()) {
    const count = i === 0 ? options.requests : Math.ceil(options.requests / DIRECT)
    const drafts = makeDrafts(targets[0]!.operations, draftOptions(tokens, i), count, options.seed + i)
    for (let sent = 0; sent < drafts.length && !options.isEnough?.(); sent += BATCH) {
      const say = (done: number) =>
        options.onProgress?.(`${targets.map(({ name }) => name).join(' and ')}: ${sent + done} of ${count}`)
      await runCampaign(targets, drafts.slice(sent, sent + BATCH), tokens, result, say)
      for (const { world } of targets) effects.push(...(await effectsOn(world)))
      if (effects.length > 0) break
    }
  }
  for (const { stack } of worlds) {
    const { checks } = await auditStack(stack.databases, stack.amqp)
    effects.push(
      ...checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${stack.name}: ${name}: ${detail}`),
    )
  }
  return { findings: result.findings, tallies: [...result.tallies.values()], effects, tokens }
}

/** All stacks side by side by their public addresses, then each process behind a gateway by its own. */
async function campaignsOf(worlds: World[]): Promise<Target[][]> {
  const open = await Promise.all(worlds.map((world) => targetOf(world, world.stack.name, world.stack.url)))
  const behind = worlds.flatMap((world) =>
    world.stack.processes
      .filter(({ name, url }) => url !== world.stack.url && /^(orders|inventory)$/.test(name))
      .map((it) => ({ world, ...it })),
  )
  const direct = await Promise.all(
    behind.map(async ({ world, name, url }) => [await targetOf(world, name, url)]),
  )
  return [open, ...direct]
}

const targetOf = async (world: World, name: string, url: string): Promise<Target> => ({
  name,
  url,
  world,
  operations: await readDocument(url),
})

const draftOptions = (tokens: Tokens, campaign: number): DraftOptions => ({
  skus: SKUS,
  emptySku: EMPTY_SKU,
  tokens,
  prefix: `F${campaign}`,
})

async function effectsOn({ stack, ledger }: World): Promise<string[]> {
  const rest = await createRest(stack.databases)
  try {
    await rest.reached()
  } finally {
    await rest.close()
  }
  return (await differences(ledger, stack.databases)).map((it) => `${stack.name}: ${it}`)
}
