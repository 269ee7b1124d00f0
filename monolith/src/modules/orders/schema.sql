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
  unique (customer, idempotency_key)
);
create index orders_by_clock on orders (customer, created_at desc, id desc);

-- The foreign key to product crosses the modules: one database lets it.
create table order_line (
  order_id uuid not null references orders,
  position smallint not null,
  sku text not null references product,
  name text not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null,
  primary key (order_id, position)
);
