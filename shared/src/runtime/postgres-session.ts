/**
 * What the statements rely on, whatever the server's defaults are or are changed to for a database or a role. Not in it:
 * `default_transaction_read_only`, by which an administrator stops writes, and what plans queries.
 */
const SETTINGS = {
  // How values read, both ways.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // What a name means.
  search_path: 'public',
  row_security: 'on',
  // What a transaction sees, and whether a commit is on disk.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  // How long a connection lives: idle ones are the pool's.
  idle_session_timeout: '0',
  // Named statements are planned once: with 'force_custom_plan' an order costs more.
  plan_cache_mode: 'auto',
}

/** The settings as the startup packet takes them: at the start of a connection, at no cost of a statement. */
export const SESSION_OPTIONS = Object.entries(SETTINGS)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
  .join(' ')
