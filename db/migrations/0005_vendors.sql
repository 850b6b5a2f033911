-- Vendors and how they are reached; the first one is seeded from the settings.

create table vendors (
  id int generated always as identity primary key,
  name text not null unique,
  methods text[] not null                  -- VendorMethod of domain/vendor.ts, the preferred one first
    check (methods <@ array['api', 'browser', 'phone'] and cardinality(methods) > 0),
  phone text,                              -- (enc) national digits; null: takes no calls
  cost int not null check (cost > 0),      -- won for one wreath
  active boolean not null default true,
  is_default boolean not null default false,
  updated_at timestamptz not null default now()
);
create unique index vendors_one_default on vendors (is_default) where is_default;

alter table purchase_orders
  add column vendor_id int references vendors (id),
  add column method text check (method in ('api', 'browser', 'phone')),
  add column evidence jsonb not null default '[]';  -- PurchaseOrderEvidence of domain/vendor.ts
