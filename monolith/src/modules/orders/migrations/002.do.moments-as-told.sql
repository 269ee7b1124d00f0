-- Lists are in the order of moments, as exact as they are told.
alter table orders alter created_at set default date_trunc('milliseconds', now());
