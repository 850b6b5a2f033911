-- What is asked again and again: purpose and questions of requested calls, with blanks to fill in.

create table outbound_templates (
  id int generated always as identity primary key,
  name text not null,
  caller_display_name text,
  purpose text not null,                   -- {blanks} are filled in by who asks
  questions text[] not null,
  changed_by text not null,
  changed_at timestamptz not null
);
create unique index outbound_templates_name on outbound_templates (lower(name));
