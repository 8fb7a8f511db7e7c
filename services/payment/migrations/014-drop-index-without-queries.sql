-- No query reads by it.
drop index reconcile_actions_of_order;
