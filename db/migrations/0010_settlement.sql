-- Which payment of an order is the one that paid it; written by the ticket.
alter table payments add column counts boolean not null default false;
update payments set counts = true where status in ('DONE', 'PARTIAL_CANCELED');

-- A reconciliation that is tried again goes on with its row.
alter table reconciliation_runs add column run_key text unique;

-- Revenue and refunds are read off the timeline.
create index ticket_events_money on ticket_events (at) where kind in ('paid', 'refunded', 'part_refunded', 'money_returned');
create index purchase_orders_requested on purchase_orders (requested_at);

-- Statements of vendors as they were uploaded and compared.
create table vendor_statements (
  id int generated always as identity primary key,
  vendor text not null,
  file_name text not null,
  uploaded_by text not null,
  uploaded_at timestamptz not null default now(),
  from_day date not null,                  -- Korean days the statement covers
  to_day date not null,
  totals jsonb not null,                   -- StatementTotals of domain/statement.ts
  lines jsonb not null                     -- StatementLine of domain/statement.ts
);

-- The gateway repeats its first answer to a key: after a refusal the next try is another request.
alter table payment_ledger add column refusals int not null default 0;
