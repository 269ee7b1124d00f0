/** What a person can put right. Commands print its message alone, without a stack, and exit with `exitCode`. */
export class UserError extends Error {
  override name = 'UserError'
  exitCode = 2
}
