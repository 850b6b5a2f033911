-- Who of ours made a call by their own telephone; null: our AI did, or somebody else called.
alter table call_records
  add column placed_by text references auth_users (id) on delete set null,
  add column placed_by_name text;
