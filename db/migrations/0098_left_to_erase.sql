-- What is left to be erased outside of these tables once the rows of calls are gone.

-- Before this moment their gateway may still write it: the last messages of a call that has just ended.
alter table files_to_delete add column due_at timestamptz not null default '-infinity';
create index files_to_delete_list on files_to_delete (asked_at, name);

-- Histories of workflows, which hold what the rows held: told until the engine has deleted every run.
create table histories_to_delete (
  name text primary key,                   -- id of the workflow
  asked_at timestamptz not null default now(),
  due_at timestamptz not null default '-infinity'
);
create index histories_to_delete_list on histories_to_delete (asked_at, name);

-- People of campaigns who were never called, once their time is over.
create index campaign_rows_never_called on campaign_rows (ended_at) where state = 'not_called' and callee_tail <> '';
