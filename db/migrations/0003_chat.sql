-- Conversations by text message and Kakao. Columns marked (enc) hold application-encrypted text, see db/encryption.ts.

create table chat_threads (
  id int generated always as identity primary key,
  thread_id text not null unique,          -- ThreadId of domain/ids.ts; also the id of its workflow
  channel text not null check (channel in ('sms', 'kakao')),
  address text not null,                   -- (enc) national digits, or the user's key at Kakao
  phone text,                              -- (enc) number for texts: of a Kakao user once they told it
  customer_id int references customers (id),
  order_id int references orders (id),     -- the order they talk about, also after it is done
  paused_by text,                          -- e-mail of the person who answers instead of the AI
  paused_at timestamptz,
  created_at timestamptz not null default now()
);
create index chat_threads_customer on chat_threads (customer_id);
create index chat_threads_order on chat_threads (order_id);

-- One conversation in both directions. An inbound one is `pending` until its thread has it, then `delivered`;
-- its provider_id is the MessageId of domain/ids.ts.
alter table messages add column thread_id int references chat_threads (id);
alter table messages add column author text not null default 'system'; -- 'customer', 'ai', 'system' or an e-mail
create index messages_thread on messages (thread_id, id);
create index messages_customer on messages (customer_id);
-- Kept while Temporal was away; few at any time.
create index messages_kept on messages (id) where direction = 'in' and status = 'pending';

create table chat_attachments (
  id int generated always as identity primary key,
  attachment_id text not null unique,      -- AttachmentId of domain/ids.ts
  message_id bigint not null references messages (id),
  position int not null,
  source_url text not null,                -- (enc) where the carrier serves it
  name text not null,                      -- (enc)
  status text not null check (status in ('waiting', 'kept', 'refused', 'failed')),
  file_key text,                           -- our copy in the file store, encrypted
  content_type text,
  bytes int,
  width int,
  height int,
  created_at timestamptz not null default now(),
  unique (message_id, position)
);
