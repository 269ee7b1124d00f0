create table if not exists product (
  sku text primary key,
  name text not null,
  price_cents integer not null check (price_cents >= 0),
  available bigint not null default 0 check (available >= 0)
);

-- Every delivery of goods, and the idempotency of the call that reported it.
create table if not exists restock (
  subject text not null,
  idempotency_key text not null,
  sku text not null references product,
  quantity integer not null check (quantity > 0),
  created_at timestamptz not null default now(),
  primary key (subject, idempotency_key)
);
create index if not exists restock_sku on restock (sku);
