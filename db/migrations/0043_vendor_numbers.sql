-- A vendor's number is theirs: two vendors may use the same one, and a person may note a wrong one. That an order is
-- placed once is proved by our reference; which number belongs to another order already is asked where one is heard.
alter table purchase_orders drop constraint purchase_orders_erp_order_id_key;
create index purchase_orders_erp_order_id on purchase_orders (erp_order_id);
