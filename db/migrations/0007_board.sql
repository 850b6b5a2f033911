-- The board at a million tickets: what it filters and sorts by lies in the ticket's own row, words are found by
-- an index, and how many there are is known without counting.

-- --- filters and order -----------------------------------------------------------------------------------

alter table tickets
  add column deliver_by timestamptz not null default 'infinity', -- of the order; infinity while it is unknown
  add column channel text not null default 'phone',              -- of the order
  add column incomplete boolean generated always as (missing <> '{}') stored;
update tickets set deliver_by = coalesce(orders.deliver_by, 'infinity'), channel = orders.channel
  from orders where orders.id = tickets.order_id;

create index tickets_urgent on tickets (current_state, deliver_by, id);
create index tickets_created on tickets (created_at desc, id desc);
create index tickets_step on tickets (current_state, sub_state, updated_at desc, id desc);
create index tickets_channel on tickets (current_state, channel, updated_at desc, id desc);
create index call_records_going_on on call_records (order_id) where state in ('ringing', 'live');

-- --- words -----------------------------------------------------------------------------------------------

-- Pairs of letters and not three, as pg_trgm takes: a Korean name is two or three letters long, and in a database
-- with locale C (ours) pg_trgm takes Hangul for no letters at all. A word has a space before it, so that its first
-- letter alone can be asked for. Numbers instead of texts: they compare fast, and alike in every collation.
create function search_grams(words text) returns int[]
  language sql immutable parallel safe cost 1000
  return (
    select coalesce(array_agg(distinct (ascii(letters[i]) << 16) # ascii(letters[i + 1])), '{}')
    from (select string_to_array(lower(words collate "C"), null) as letters) as split,
      generate_series(1, cardinality(letters) - 1) as i
    where letters[i + 1] <> ' '
  );

alter table orders
  add column phone_tail text,                 -- last four digits of the contact number
  add column search text not null default ''; -- everything that is searched, in lower case, one space before each word

create function orders_write_search() returns trigger language plpgsql as $$
begin
  new.search := ' ' || lower(normalize(regexp_replace(trim(concat_ws(' ',
    new.order_no, new.recipient, new.orderer, new.destination, new.room, new.message, new.phone_tail,
    (select phone_tail from customers where id = new.customer_id))), '\s+', ' ', 'g'), nfc) collate "C");
  return new;
end $$;
create trigger orders_write_search
  before insert or update of order_no, recipient, orderer, destination, room, message, phone_tail, customer_id
  on orders for each row execute function orders_write_search();
update orders set order_no = order_no;

create index orders_search on orders using gin (search_grams(search));
create index orders_number on orders (order_no text_pattern_ops);
create index orders_customer on orders (customer_id);

-- --- counts ----------------------------------------------------------------------------------------------

-- Sums of `total` are exact in every snapshot. A change adds lines and locks none, so projections never wait for
-- each other; now and then one of them folds the lines together.
create table ticket_counts (
  id bigint generated always as identity primary key,
  current_state text not null,
  sub_state text not null,
  channel text not null,
  issue_kind text,
  outcome text,
  incomplete boolean not null,
  total int not null
);

create function count_tickets() returns trigger language plpgsql as $$
declare
  line bigint;
begin
  if tg_op <> 'INSERT' then
    insert into ticket_counts (current_state, sub_state, channel, issue_kind, outcome, incomplete, total)
      values (old.current_state, old.sub_state, old.channel, old.issue_kind, old.outcome, old.incomplete, -1)
      returning id into line;
  end if;
  if tg_op <> 'DELETE' then
    insert into ticket_counts (current_state, sub_state, channel, issue_kind, outcome, incomplete, total)
      values (new.current_state, new.sub_state, new.channel, new.issue_kind, new.outcome, new.incomplete, 1)
      returning id into line;
  end if;
  -- One at a time, and only where each statement sees what is committed; whoever comes meanwhile goes on.
  if line % 256 < 2 and current_setting('transaction_isolation') = 'read committed' then
    if pg_try_advisory_xact_lock(715002) then
      with folded as (delete from ticket_counts returning *)
      insert into ticket_counts (current_state, sub_state, channel, issue_kind, outcome, incomplete, total)
        select current_state, sub_state, channel, issue_kind, outcome, incomplete, sum(total)
        from folded group by 1, 2, 3, 4, 5, 6 having sum(total) <> 0;
    end if;
  end if;
  return null;
end $$;
create trigger tickets_counted_in after insert on tickets for each row execute function count_tickets();
create trigger tickets_counted_out after delete on tickets for each row execute function count_tickets();
create trigger tickets_counted_over after update on tickets for each row
  when ((old.current_state, old.sub_state, old.channel, old.issue_kind, old.outcome, old.incomplete)
    is distinct from (new.current_state, new.sub_state, new.channel, new.issue_kind, new.outcome, new.incomplete))
  execute function count_tickets();

create function count_no_tickets() returns trigger language plpgsql as $$
begin
  delete from ticket_counts;
  return null;
end $$;
create trigger tickets_truncated after truncate on tickets for each statement execute function count_no_tickets();

insert into ticket_counts (current_state, sub_state, channel, issue_kind, outcome, incomplete, total)
  select current_state, sub_state, channel, issue_kind, outcome, incomplete, count(*)
  from tickets group by 1, 2, 3, 4, 5, 6;

-- --- saved filters ---------------------------------------------------------------------------------------

create table board_filters (
  id int generated always as identity primary key,
  user_id text not null references auth_users (id) on delete cascade,
  name text not null,
  search jsonb not null,                    -- the board's address, see api/schemas/board.ts
  created_at timestamptz not null default now(),
  unique (user_id, name)
);

analyze tickets;
analyze orders;
