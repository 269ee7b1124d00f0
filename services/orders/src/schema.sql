create table orders (
  id uuid primary key,
  customer text not null,
  idempotency_key text not null,
  request_hash bytea not null,
  status text not null check (status in ('pending', 'confirmed', 'rejected', 'cancelled')),
  total_cents bigint not null check (total_cents >= 0),
  -- As exact as it is told: lists are in the order of what their readers see.
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  settled_at timestamptz,
  cancelled_at timestamptz,
  -- When inventory said that a cancelled order holds no stock any more.
  released_at timestamptz,
  -- The replica that holds the customer's request open until the order settles.
  awaited_by text,
  -- When an order that had not settled for long was last said again, and how often.
  said_at timestamptz,
  said_times integer not null default 0,
  unique (customer, idempotency_key)
)
-- Each order leaves `orders_unsettled` once: what it leaves there is cleared before a fifth of all orders has.
with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index orders_by_clock on orders (customer, created_at desc, id desc);
-- Orders that wait for inventory: hardly any, among all that there ever were.
create index orders_unsettled on orders (created_at)
  where status = 'pending' or (status = 'cancelled' and released_at is null);

-- No foreign key to product: that table is in another service's database.
create table order_line (
  order_id uuid not null references orders,
  position smallint not null,
  sku text not null,
  name text not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null,
  primary key (order_id, position)
);
