-- No list goes by it any more.
drop index concurrently if exists orders_newest;
