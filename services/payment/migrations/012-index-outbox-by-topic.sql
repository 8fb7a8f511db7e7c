-- For the relay, which lists each topic by itself: none is hidden behind the rows of another.
create index outbox_by_topic on outbox (topic, position);
