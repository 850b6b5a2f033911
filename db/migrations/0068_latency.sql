-- How long callers waited for our answers, over time, and when that was too long.
create index call_records_called_at on call_records (called_at);

create table latency_alarms (
  id bigint generated always as identity primary key,
  raised_at timestamptz not null default now(),
  cleared_at timestamptz,                  -- null: they still wait too long
  p95_ms int not null,                     -- the worst while it was open
  limit_ms int not null,                   -- as it was set then
  window_minutes int not null,
  turns int not null                       -- in the window, when it was at its worst
);
create unique index latency_alarms_open on latency_alarms ((true)) where cleared_at is null;
