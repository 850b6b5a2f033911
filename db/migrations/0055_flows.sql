-- Prompts and flows as data. Version 0 of each flow is code (domain/flow-defaults.ts); rows begin with version 1.
create table flow_versions (
  flow text not null,                      -- FlowName of domain/flow-content.ts
  version int not null check (version > 0),
  content jsonb not null,                  -- FlowContent
  based_on int not null check (based_on >= 0),
  created_by text not null,                -- name of the person
  created_at timestamptz not null default now(),
  primary key (flow, version)
);

-- What went live when: the newest row of a flow is what new conversations start with. Rows are never changed.
create table flow_releases (
  id bigint generated always as identity primary key,
  flow text not null,
  version int not null check (version >= 0),
  released_at timestamptz not null default now(),
  released_by text not null,
  reason text not null
);
create index flow_releases_newest on flow_releases (flow, id desc);

-- Names each state of a draft: two people don't overwrite each other, and one that was thrown away is not taken for the next.
create sequence flow_draft_revisions as int;

-- At most one draft a flow.
create table flow_drafts (
  flow text primary key,
  content jsonb not null,
  based_on int not null check (based_on >= 0),
  revision int not null default nextval('flow_draft_revisions'), -- another one with each change
  tried_revision int,                      -- the one that was last talked to
  changed_by text not null,
  changed_at timestamptz not null default now()
);

-- What a conversation was pinned to; null: from before, or nothing the owner can change.
alter table call_records
  add column flow text,
  add column flow_version int;
alter table chat_threads
  add column flow_version int;
