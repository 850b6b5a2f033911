-- Orders that were told twice, on two channels or in two calls (domain/same-order.ts).

alter table tickets add column possible_duplicate_of text;             -- order_no
alter table tickets add column not_same_as text[] not null default '{}'; -- order_no: looked alike, are two
alter table tickets add column merged_into text;                       -- order_no of the ticket that goes on
create index tickets_possible_duplicate on tickets (possible_duplicate_of)
  where possible_duplicate_of is not null;
create index if not exists orders_customer on orders (customer_id);
