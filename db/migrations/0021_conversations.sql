-- The list of conversations: the one that was written in last comes first.
alter table chat_threads add column newest_message_id bigint references messages (id) on delete set null;
update chat_threads set newest_message_id = (select max(id) from messages where thread_id = chat_threads.id);

create function chat_threads_write_newest() returns trigger language plpgsql as $$
begin
  update chat_threads set newest_message_id = new.id
    where id = new.thread_id and coalesce(newest_message_id, 0) < new.id;
  return null;
end $$;
create trigger messages_newest_of_thread after insert on messages for each row
  when (new.thread_id is not null) execute function chat_threads_write_newest();

create index chat_threads_newest on chat_threads (newest_message_id desc);
create index chat_threads_orderless on chat_threads (newest_message_id desc) where order_id is null;
create index chat_threads_taken on chat_threads (newest_message_id desc) where paused_by is not null;
