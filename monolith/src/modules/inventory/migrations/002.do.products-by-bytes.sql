-- The list of products is in the same order on every server, whatever its language. Not by the column's own collation: to
-- change that changes what statements return, and processes of the version before would fail with those that they prepared.
create index concurrently if not exists product_by_bytes on product (sku collate "C");
