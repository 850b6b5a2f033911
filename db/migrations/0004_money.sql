-- Money that comes through a bank. Columns marked (enc) hold application-encrypted text, see db/encryption.ts.

-- A payment by virtual account.
alter table payments
  add column account_bank text,            -- bank code of Toss Payments
  add column account_number text,          -- where the customer transfers to
  add column account_holder text,
  add column due_at timestamptz,           -- the bank refuses money after it
  add column deposit_secret text,          -- (enc) proves deposit webhooks of this account
  add column cash_receipt text;            -- (enc) CashReceipt of domain/cash-receipt.ts
create index payments_gateway_order on payments ((pg_response->>'orderId'));

-- Where a customer wants money sent back to.
create table refund_accounts (
  order_id int primary key references orders (id),
  account text not null,                   -- (enc) RefundAccount of domain/banks.ts
  updated_at timestamptz not null default now()
);

-- Rows of the company's own bank account: each once, by the bank's id.
create table bank_deposits (
  id int generated always as identity primary key,
  bank_id text not null unique,
  received_at timestamptz not null,
  amount int not null check (amount > 0),  -- won
  depositor text not null,                 -- (enc)
  depositor_hash text not null,            -- keyed hash of the name without spaces and titles
  memo text,                               -- (enc)
  -- waiting: nobody knows yet whose it is; claimed: being told to its order; matched, returned, ignored: settled
  status text not null check (status in ('waiting', 'claimed', 'matched', 'returned', 'ignored')),
  reason text,                             -- why it waits: DepositVerdict of domain/deposit-matching.ts
  order_id int references orders (id),
  settled_by text,                         -- 'system' or the e-mail of a person
  settled_at timestamptz,
  note text,                               -- what a person said when settling it by hand
  created_at timestamptz not null default now(),
  check ((order_id is not null) or status in ('waiting', 'returned', 'ignored'))
);
create index bank_deposits_open on bank_deposits (received_at) where status in ('waiting', 'claimed');
create index bank_deposits_order on bank_deposits (order_id);

-- How far a feed has been read.
create table feed_cursors (
  feed text primary key,
  cursor text not null,                    -- id of the last row read; '' before the first
  read_at timestamptz not null,
  error text                               -- why the last reading failed
);

-- Money that a person has to send back by hand.
create table money_to_return (
  id int generated always as identity primary key,
  order_id int not null references orders (id),
  key text not null unique,                -- MoneyToReturn of domain/ticket-money.ts
  amount int not null check (amount > 0),  -- won
  source text not null,
  reason text not null,
  status text not null default 'open' check (status in ('open', 'returned')),
  settled_by text,
  settled_at timestamptz,
  note text,                               -- the evidence, e.g. the bank's confirmation number
  created_at timestamptz not null default now()
);
create index money_to_return_open on money_to_return (created_at) where status = 'open';

create table reconciliation_runs (
  id int generated always as identity primary key,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  started_by text not null,                -- 'system' or the e-mail of a person
  checked int not null default 0,          -- payments compared with the gateway
  findings jsonb not null default '[]',    -- ReconciliationFinding of domain/reconciliation.ts
  error text
);
