/** Stops what the global set-up started, whether the tests passed or not. */
export default async function globalTeardown() {
  await globalThis.testInfra?.stop()
}
