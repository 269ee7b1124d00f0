create index concurrently if not exists orders_unsettled on orders (created_at)
  where status = 'pending' or (status = 'cancelled' and released_at is null);
