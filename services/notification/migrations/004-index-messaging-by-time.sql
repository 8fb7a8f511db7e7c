-- For the sweeper: messages that were taken in long ago.
create index inbox_by_time on inbox (received_at);
