-- Second wreaths in place of wrong ones, and how each message travelled.

alter table purchase_orders
  add column replaces_id int references purchase_orders (id);  -- the one it was placed instead of

alter table messages
  add column type text check (type in ('SMS', 'LMS', 'MMS', 'ATA')),  -- null: by another way, e.g. a chat
  add column attempt int not null default 1;                          -- 2 and on: earlier ways did not arrive
