-- Four digits are the end of a phone number or of an order number: found by themselves, since pairs of digits come
-- in every date.
create index orders_phone_tail on orders (phone_tail);
create index customers_phone_tail on customers (phone_tail);
create index orders_number_tail on orders (right(order_no, 4));
