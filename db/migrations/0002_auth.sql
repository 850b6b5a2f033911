-- Sign-in (better-auth: users, sessions, accounts, verifications), limits of attempts, and who looked at what.
-- The library's fields are mapped to these columns in api/auth/auth.ts.

create table auth_users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  role text,                               -- 'admin' or 'agent'
  banned boolean,
  ban_reason text,
  ban_expires timestamptz,
  must_change_password boolean not null default false,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);

create table auth_sessions (
  id text primary key,
  user_id text not null references auth_users (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  impersonated_by text,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null
);
create index auth_sessions_user on auth_sessions (user_id);

create table auth_accounts (
  id text primary key,
  user_id text not null references auth_users (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,                           -- scrypt hash
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null
);
create index auth_accounts_user on auth_accounts (user_id);

create table auth_verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create index auth_verifications_identifier on auth_verifications (identifier);

-- Failed attempts, shared by all copies of the API (rate-limiter-flexible's own layout).
create table rate_limits (
  key varchar(255) primary key,
  points int not null default 0,
  expire bigint
);

-- Who revealed personal data, and why. Rows are never changed.
create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,                     -- e-mail of the person
  action text not null,                    -- e.g. 'reveal_phone'
  order_id int references orders (id),
  reason text not null,
  data jsonb not null default '{}'
);
create index audit_entries_order on audit_entries (order_id);
