-- Calls of the AI that are put through to a person.

create table person_transfers (
  id bigint generated always as identity primary key,
  transfer_id text not null unique,
  call_id text not null,
  outbound_id text not null references outbound_requests (outbound_id) on delete cascade,
  state text not null check (state in ('ringing', 'briefing', 'connected', 'no_answer', 'given_up', 'failed')),
  mode text not null check (mode in ('warm', 'blind')),
  target text not null,                    -- (enc) "desk", or the number
  is_desk boolean not null,
  asked_by text not null,                  -- "callee", or an e-mail
  reason text,                             -- (enc) why, in one sentence
  attempts int not null,                   -- telephones that were rung
  user_id text references auth_users (id) on delete set null,
  person_name text,                        -- who is rung or talked to; of somebody outside the masked number
  asked_at timestamptz not null,
  answered_at timestamptz,
  connected_at timestamptz,
  ended_at timestamptz
);
create index person_transfers_list on person_transfers (asked_at desc, id desc);
create index person_transfers_outbound on person_transfers (outbound_id);
create index person_transfers_open on person_transfers (user_id) where ended_at is null;

-- Who is rung where the other side asks for a person; null: whoever the settings name.
alter table outbound_requests add column transfer_to text;      -- (enc) "desk", "none", or a number
alter table outbound_requests add column transfer_mode text check (transfer_mode in ('warm', 'blind'));
