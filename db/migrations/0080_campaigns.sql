-- Calls to many: a campaign, its rows, and what the law wants to be known of a number before it is called.

create table campaigns (
  id int generated always as identity primary key,
  campaign_id text not null unique,        -- 'cp-' and 8 hexadecimal digits
  workflow_id text not null,
  name text not null,
  kind text not null check (kind in ('advertising', 'survey', 'notice')),
  state text not null default 'draft' check (state in ('draft', 'running', 'paused', 'stopped', 'done')),
  plan jsonb not null,                     -- CampaignPlan of domain/campaign.ts
  window_size int not null,                -- calls at once
  calls_per_second double precision not null,
  issue jsonb,                             -- CampaignIssue: why it stands still by itself; null: it doesn't
  zones text[] not null default '{}',      -- of its rows, each once
  requested_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  version int not null default 0           -- grows with each snapshot of the workflow; older ones are ignored
);
create index campaigns_list on campaigns (created_at desc, id desc);

create table campaign_rows (
  id int generated always as identity primary key,
  campaign int not null references campaigns (id) on delete cascade,
  line int not null,                       -- of the file it came by, or the next free number
  callee_number text not null,             -- (enc) national digits
  callee_hash text not null,               -- keyed hash of the digits
  callee_tail text not null,               -- last four digits: search
  zone text not null,                      -- IANA name: whose clock counts
  variables text not null,                 -- (enc) JSON, by name
  state text not null default 'waiting' check (state in ('waiting', 'calling', 'done', 'not_called')),
  why text,                                -- NotCalledReason; of a waiting row: why it waits
  outcome text,                            -- OutboundState of its last call
  attempts int not null default 0,
  outbound_id text unique,                 -- its last call
  due_at timestamptz not null default '-infinity',
  claimed_at timestamptz,
  ended_at timestamptz,
  unique (campaign, callee_hash)           -- nobody is called twice by one campaign
);
-- The next ones to be called.
create index campaign_rows_waiting on campaign_rows (campaign, due_at, id) where state = 'waiting';
create index campaign_rows_calling on campaign_rows (campaign, claimed_at) where state = 'calling';
create index campaign_rows_list on campaign_rows (campaign, state, id);
create index campaign_rows_ended on campaign_rows (campaign, ended_at) where ended_at is not null;
-- Wherever a number waits when its owner doesn't want to be called any more.
create index campaign_rows_number on campaign_rows (callee_hash) where state = 'waiting';

-- Who may be called for what. Nothing is ever changed here: the newest line of a number and purpose counts.
create table call_consents (
  id int generated always as identity primary key,
  phone_hash text not null,
  purpose text not null check (purpose in ('advertising', 'night_advertising')),
  is_given boolean not null,               -- false: withdrawn
  at timestamptz not null,
  source text not null,                    -- where they said so: a form, a call …
  recorded_by text not null,
  recorded_at timestamptz not null default now()
);
create index call_consents_newest on call_consents (phone_hash, purpose, at desc, id desc);

create table do_not_call (
  phone_hash text primary key,
  phone text not null,                     -- (enc) national digits
  phone_tail text not null,
  at timestamptz not null default now(),
  source text not null check (source in ('voice', 'digit', 'person', 'file')),
  outbound_id text,                        -- the call in which they said so
  recorded_by text not null
);
create index do_not_call_list on do_not_call (at desc, phone_hash);

-- Calls to a number within some days: the frequency cap.
create index outbound_requests_called on outbound_requests (callee_hash, started_at) where started_at is not null;

-- A call that may not be begun any more after this moment: the night, for one.
alter table outbound_requests add column dial_until timestamptz;
