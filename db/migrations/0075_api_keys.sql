-- Keys by which programs use the API. The key itself is shown once and kept nowhere.

create table api_keys (
  id int generated always as identity primary key,
  name text not null,                      -- who asks, in what it asks for
  key_hash text not null unique,           -- keyed hash of the whole key
  hint text not null,                      -- its beginning, to tell keys apart
  scopes text[] not null,                  -- of domain/api-scopes.ts
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,                  -- null: never
  last_used_at timestamptz,                -- to the minute
  revoked_at timestamptz
);
-- A name tells one program, so limits are counted by it.
create unique index api_keys_name on api_keys (lower(name)) where revoked_at is null;
