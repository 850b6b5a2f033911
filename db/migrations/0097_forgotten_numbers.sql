-- Files at gateways that have to go: told until every gateway has answered.
create table files_to_delete (
  name text primary key,                   -- within a gateway's data folder: a file, or the folder of a call
  asked_at timestamptz not null default now()
);
-- Requests whose time is over, the oldest first.
create index outbound_requests_over on outbound_requests (completed_at) where is_over;
