-- The lists of who may be called are looked at, searched and mended by people.

alter table do_not_call add column id int generated always as identity unique;
-- A number whose owner wants to be forgotten is known only by its hash: enough never to call it again.
alter table do_not_call alter column phone drop not null;
alter table do_not_call alter column phone_tail drop not null;
create index do_not_call_tail on do_not_call (phone_tail);

-- Every change of the list: what stands on it now is do_not_call. Nothing is ever changed here but what is forgotten.
create table do_not_call_changes (
  id int generated always as identity primary key,
  phone_hash text not null,
  phone text,                              -- (enc) national digits; null: forgotten
  phone_tail text,
  is_listed boolean not null,              -- false: it was taken off
  at timestamptz not null default now(),
  source text not null check (source in ('voice', 'digit', 'person', 'file')),
  reason text,                             -- why a person did so
  outbound_id text,                        -- the call in which they said so
  changed_by text not null
);
create index do_not_call_changes_number on do_not_call_changes (phone_hash, id);
create index do_not_call_changes_tail on do_not_call_changes (phone_tail);
insert into do_not_call_changes (phone_hash, phone, phone_tail, is_listed, at, source, outbound_id, changed_by)
  select phone_hash, phone, phone_tail, true, at, source, outbound_id, recorded_by from do_not_call order by at;

-- Consents are shown by number; those recorded until now show theirs where another table knows it.
alter table call_consents add column phone text;        -- (enc) national digits; null: unknown or forgotten
alter table call_consents add column phone_tail text;
update call_consents c set phone = k.phone, phone_tail = k.phone_tail
  from do_not_call k where k.phone_hash = c.phone_hash;
update call_consents c set phone = k.callee_number, phone_tail = k.callee_tail
  from (select distinct on (callee_hash) callee_hash, callee_number, callee_tail from campaign_rows) k
  where k.callee_hash = c.phone_hash and c.phone is null;
create index call_consents_tail on call_consents (phone_tail);
