alter table orders
  add column said_at timestamptz,
  add column said_times integer not null default 0;
