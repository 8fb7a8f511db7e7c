-- When the order should have ended; not known of reservations older than this. A person is told once of one that is
-- still open long after.
alter table reservations add column deadline_at timestamptz;
alter table reservations add column alarmed_at timestamptz;

create index reservations_open on reservations (deadline_at) where status = 'reserved' and alarmed_at is null;
