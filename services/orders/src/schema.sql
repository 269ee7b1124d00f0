create table orders (
  id uuid primary key,
  customer text not null,
  idempotency_key text not null,
  request_hash bytea not null,
  status text not null check (status in ('pending', 'confirmed', 'rejected', 'cancelled')),
  total_cents bigint not null check (total_cents >= 0),
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  cancelled_at timestamptz,
  -- When inventory said that a cancelled order holds no stock any more.
  released_at timestamptz,
  -- The replica that holds the customer's request open until the order settles.
  awaited_by text,
  unique (customer, idempotency_key)
);
create index orders_newest on orders (customer, id desc);

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
