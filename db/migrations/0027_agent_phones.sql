-- The number by which a person's softphone is called; it stays theirs.
create sequence agent_extensions start 1001;
create table agent_phones (
  user_id text primary key references auth_users (id) on delete cascade,
  extension integer not null unique default nextval('agent_extensions')
);
alter sequence agent_extensions owned by agent_phones.extension;
