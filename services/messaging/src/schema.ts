/** The tables that messaging needs in a service's database: outbox and inbox. */
export const MESSAGING_SCHEMA = new URL('./schema.sql', import.meta.url)
