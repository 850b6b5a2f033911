-- News that other programs are told: what a requested call brought. What is told is read when it is told.

create table webhook_deliveries (
  id int generated always as identity primary key,
  kind text not null,                      -- of domain/result-webhook.ts
  subject_id text not null,                -- e.g. an outbound_id
  subject_version int not null,            -- a request that is made again ends again
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  tries int not null default 0,
  next_try_at timestamptz not null,
  created_at timestamptz not null,
  delivered_at timestamptz,
  last_status int,                         -- of the other side's answer
  last_error text,
  unique (kind, subject_id, subject_version)
);
create index webhook_deliveries_due on webhook_deliveries (next_try_at) where state = 'waiting';
