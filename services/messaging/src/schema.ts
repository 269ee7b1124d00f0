/** The tables that messaging needs in a service's database, outbox and inbox: as a whole, and how they came about. */
export const MESSAGING_SCHEMA = new URL('./schema.sql', import.meta.url)
export const MESSAGING_MIGRATIONS = { messaging: new URL('./migrations/', import.meta.url) }
