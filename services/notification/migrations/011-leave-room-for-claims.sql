-- A claim changes leased_until alone, which stands in no index, so it can be a heap-only update: this leaves room on each
-- page for the next version of a row.
alter table messages set (fillfactor = 65);
