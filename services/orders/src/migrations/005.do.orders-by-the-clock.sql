-- Newest first is by the database's clock: an id has that of the process that made it.
create index concurrently if not exists orders_by_clock on orders (customer, created_at desc, id desc);
