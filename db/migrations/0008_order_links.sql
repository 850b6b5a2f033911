-- The customer's order page: its links can be taken back, and it counts down.
alter table orders add column link_version int not null default 0;      -- raised by revoking: older links end
alter table tickets add column payment_expires_at timestamptz;          -- an unpaid order is cancelled then
