-- Lists of all states, the latest change first: what the search of the whole app shows.
create index tickets_changed on tickets (updated_at desc, id desc);
