-- Orders that a person took down: the key of the request, so that a repeated one is the same order.
create table request_keys (
  key text primary key,                    -- hash of person and Idempotency-Key
  order_no text not null,
  created_at timestamptz not null default now()
);
