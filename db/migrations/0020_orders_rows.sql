-- What belongs to one order is found without reading everything: its page, its statement, its vendor's figures.
create index purchase_orders_order on purchase_orders (order_id);
create index deliveries_order on deliveries (order_id);
