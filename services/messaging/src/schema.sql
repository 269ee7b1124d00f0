-- Facts that are not on the broker yet, written in the transaction that makes them true. A sent row is deleted.
-- The payload is JSON as text: the relay passes it on without reading it.
create table outbox (
  id uuid primary key,
  topic text not null,
  payload text not null,
  traceparent text not null,
  request_id text not null,
  created_at timestamptz not null default now()
)
-- One that was full once is cleaned as often as one that was not.
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Messages whose effect is in this database. A message that comes again finds itself here.
create table inbox (
  message_id uuid primary key,
  received_at timestamptz not null default now()
)
-- More often than when a fifth of seven days has gone.
with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05);
