-- What a wrong text gives back, in won: by the policy under which the order was opened; null for orders of before.
alter table orders add column part_refund int;
-- The refunds of one order stand on its page.
create index payment_ledger_order on payment_ledger (order_id);
