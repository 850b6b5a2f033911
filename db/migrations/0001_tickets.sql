-- Tickets, calls, money. Columns marked (enc) hold application-encrypted text, see db/encryption.ts.
-- Every write that a screen shows also does: select pg_notify('daeri_events', '{"type":…}').

create table customers (
  id int generated always as identity primary key,
  phone text not null,                     -- (enc) national digits
  phone_hash text not null unique,         -- keyed hash of the digits: look-ups
  phone_tail text not null,                -- last four digits: search on the board
  name text,
  profile jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table orders (
  id int generated always as identity primary key,
  order_no text not null unique,
  customer_id int not null references customers (id),
  ordered_at timestamptz not null default now(),
  orderer text,
  recipient text,
  message text,
  destination text,
  room text,
  deliver_by timestamptz,
  phone text,                              -- (enc) contact number of this order
  amount int not null,                     -- won
  cost int not null,                       -- won, what the vendor gets
  evidence jsonb not null default '{}',    -- OrderEvidence of domain/order.ts, words (enc)
  channel text not null check (channel in ('phone', 'sms', 'kakao', 'web', 'operator'))
);

create table tickets (
  id int generated always as identity primary key,
  order_id int not null unique references orders (id),
  current_state text not null check (current_state in ('todo', 'in_progress', 'issue', 'done')),
  sub_state text not null,
  issue_kind text check (issue_kind in ('message_typo', 'delivery_delay', 'complaint', 'admin_required')),
  issue jsonb,                             -- TicketIssue of domain/ticket.ts while current_state = 'issue'
  outcome text check (outcome in ('delivered', 'cancelled', 'refunded')),
  missing text[] not null default '{}',    -- empty required fields
  actions text[] not null default '{}',    -- TicketAction: what a person may do now
  edit_window_ends_at timestamptz,
  workflow_id text not null,
  version int not null,                    -- grows with each projection; older ones are ignored
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index tickets_board on tickets (current_state, updated_at desc, id desc);

create table ticket_events (
  id bigint generated always as identity primary key,
  ticket_id int not null references tickets (id),
  seq int not null,                        -- given by the workflow: a repeated projection changes nothing
  at timestamptz not null,
  kind text not null,                      -- TicketEvent['kind'] of domain/ticket.ts
  actor text not null,                     -- 'system', 'customer', 'ai', 'vendor' or the e-mail of a person
  data jsonb not null default '{}',
  unique (ticket_id, seq)
);

create table call_records (
  id int generated always as identity primary key,
  call_id text not null unique,
  customer_id int references customers (id),
  order_id int references orders (id),
  direction text not null check (direction in ('inbound', 'outbound')),
  state text not null check (state in ('ringing', 'live', 'ended', 'missed')),
  from_number text not null,               -- (enc)
  to_number text not null,
  called_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  transcript text,                         -- (enc) JSON, the whole call, written at its end
  summary text,                            -- (enc)
  leg_report jsonb,                        -- LegReport of domain/call.ts
  recording_key text,
  workflow_id text not null
);
create index call_records_order on call_records (order_id);

-- The transcript while the call runs, one row an utterance.
create table call_turns (
  id bigint generated always as identity primary key,
  call_id text not null references call_records (call_id),
  utterance_id text not null,              -- '<turn id>:caller' or '<turn id>:ai'
  turn_index int not null,
  speaker text not null check (speaker in ('ai', 'customer')),
  text text not null,                      -- (enc)
  start_ms int not null,                   -- from the answer of the call
  end_ms int,
  confidence real,
  interrupted boolean not null default false,
  timings jsonb,                           -- TurnTimings of domain/dialogue.ts plus the wire latency
  unique (call_id, utterance_id)
);

create table payments (
  id int generated always as identity primary key,
  order_id int not null references orders (id),
  payment_key text unique,                 -- of the payment gateway
  method text not null,
  amount int not null,                     -- won
  status text not null,                    -- status of the payment gateway, e.g. READY, DONE, CANCELED
  paid_at timestamptz,
  pg_response jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index payments_order on payments (order_id);

-- Money moves only through a row here, written before the call and settled after it.
create table payment_ledger (
  id int generated always as identity primary key,
  order_id int not null references orders (id),
  idempotency_key text not null unique,
  kind text not null check (kind in ('charge', 'refund')),
  amount int not null check (amount > 0),  -- won
  state text not null check (state in ('pending', 'settled', 'failed')),
  reason text,
  pg_response jsonb,
  created_at timestamptz not null default now(),
  settled_at timestamptz
);

create table purchase_orders (
  id int generated always as identity primary key,
  order_id int not null references orders (id),
  reference text not null unique,          -- ours, sent to the vendor: proves whether an order is already there
  vendor text not null,
  requested_at timestamptz not null default now(),
  erp_order_id text unique,
  status text not null,
  error text
);

create table deliveries (
  id int generated always as identity primary key,
  order_id int not null references orders (id),
  purchase_order_id int unique references purchase_orders (id),
  delivered_at timestamptz,
  status text not null,
  photo_url text,                          -- where the vendor shows it
  photo_key text,                          -- our copy in the file store
  updated_at timestamptz not null default now()
);

-- Texts to and from customers.
create table messages (
  id bigint generated always as identity primary key,
  idempotency_key text not null unique,
  order_id int references orders (id),
  customer_id int references customers (id),
  direction text not null check (direction in ('in', 'out')),
  channel text not null check (channel in ('sms', 'kakao')),
  kind text not null,                      -- MessageKind of domain/notification.ts
  to_number text not null,                 -- (enc)
  body text not null,                      -- (enc)
  status text not null check (status in ('pending', 'sent', 'delivered', 'failed')),
  provider_id text unique,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  delivered_at timestamptz
);
create index messages_order on messages (order_id);
