-- Calls that somebody asked for: whom to call and what to find out.

create table outbound_requests (
  id int generated always as identity primary key,
  outbound_id text not null unique,
  workflow_id text not null,
  caller_number text not null,             -- national digits, ours
  callee_number text not null,             -- (enc) national digits
  callee_hash text not null,               -- keyed hash of the digits
  callee_tail text not null,               -- last four digits: search
  caller_display_name text,
  purpose text not null,
  max_duration int not null,               -- seconds
  priority int not null check (priority between 1 and 10),
  scheduled_at timestamptz,
  retry_on_no_answer boolean not null,
  max_retries int not null,
  metadata jsonb,
  requested_by text not null,
  state text not null check (state in ('queued', 'dialing', 'ringing', 'connected', 'completed',
    'no_answer', 'busy', 'rejected', 'failed', 'cancelled')),
  is_over boolean not null default false,  -- nothing happens to it any more
  attempt_count int not null default 0,
  call_id text,                            -- ours, of the call under way or the last one
  sip_call_id text,
  created_at timestamptz not null,
  started_at timestamptz,
  answered_at timestamptz,
  completed_at timestamptz,
  next_try_at timestamptz,
  failure_reason text,
  task text not null,                      -- (enc) JSON, TaskState of domain/question-answers.ts
  questions_total int not null,
  questions_settled int not null default 0,
  summary text,                            -- (enc)
  begun boolean not null default false,    -- its workflow has told of it since it was asked for
  version int not null                     -- grows with each snapshot; older ones are ignored
);
create index outbound_requests_list on outbound_requests (created_at desc, id desc);
create index outbound_requests_state on outbound_requests (state, created_at desc, id desc);
-- Those whose workflow may have to be started yet.
create index outbound_requests_begin on outbound_requests (id) where not begun;
-- One request at a time for a number: nobody is called twice for the same.
create unique index outbound_requests_callee on outbound_requests (callee_hash) where not is_over;
