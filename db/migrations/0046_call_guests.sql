-- Who of ours joined a live call: listened in, whispered, or took it over. Rows stay, also of people who left.
create table call_guests (
  id bigint generated always as identity primary key,
  call_id text not null references call_records (call_id),
  leg_id text not null unique,
  user_id text references auth_users (id) on delete set null,
  person_name text not null,
  mode text not null check (mode in ('listen', 'whisper', 'talk')),
  asked_at timestamptz not null,
  joined_at timestamptz,                   -- null: not answered
  left_at timestamptz
);
create index call_guests_call on call_guests (call_id);

-- What was left out of a call's recording, e.g. a card number.
create table call_recording_pauses (
  id bigint generated always as identity primary key,
  call_id text not null references call_records (call_id),
  from_ms int not null,                    -- from the answer of the call
  to_ms int,                               -- null while it lasts
  paused_by text,                          -- null: the dialogue
  resumed_by text,
  unique (call_id, from_ms)
);
