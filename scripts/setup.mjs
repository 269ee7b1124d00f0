// Finds, or brings, what the project needs: `npm run setup`. The other npm scripts run it first.
// This file must load on any Node, so that an old one is told so; what needs Node 18 is imported after the look.
const REQUIRED_NODE = 18

if (Number.parseInt(process.versions.node, 10) < REQUIRED_NODE) {
  console.error(
    `Node ${process.versions.node} is too old: Node ${REQUIRED_NODE} or later is needed. Get one from https://nodejs.org`,
  )
  process.exit(2)
}

const { main } = await import('./setup/main.mjs')
await main(process.argv.slice(2))
