-- No query reads by them.
drop index reservation_lines_of_sku;
drop index reconcile_actions_of_order;
