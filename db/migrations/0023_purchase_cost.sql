-- What a purchase order costs is kept with it: another price of the vendor, or another vendor, never changes it.
alter table purchase_orders add column cost int;           -- won, as of the try that brought it to the vendor
update purchase_orders set cost = orders.cost from orders where orders.id = purchase_orders.order_id;
alter table purchase_orders
  alter column cost set not null,
  add check (cost >= 0);
