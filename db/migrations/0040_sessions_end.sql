-- Every copy of the API remembers for a moment who a session belongs to. It hears here, at the end of the transaction,
-- that one ended or that a person's role or access changed, whoever did it.
create function tell_sessions_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('daeri_events', '{"type":"sessions_changed"}');
  return null;
end $$;

create trigger auth_sessions_told after update or delete on auth_sessions
  for each row execute function tell_sessions_changed();
create trigger auth_users_told after update or delete on auth_users
  for each row execute function tell_sessions_changed();
