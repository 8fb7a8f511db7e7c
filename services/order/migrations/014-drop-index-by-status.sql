-- A customer's orders of one status are found by orders_of_customer too: the rare ones among 10 000 in 8 ms instead of 1.
-- For that, each change of a status wrote an entry here and one into every other index of the table.
drop index orders_of_customer_by_status;
