-- What each step of a call took of the services that we pay for, and what that cost at the prices of the day.
create table call_usage (
  call_id text not null references call_records (call_id),
  step text not null,                      -- id of a turn, or 'analysis'
  provider text not null,                  -- name of a model, or 'speech'
  input_tokens int not null default 0,     -- neither read from the prompt cache nor written to it
  output_tokens int not null default 0,
  cache_read_tokens int not null default 0,
  cache_write_tokens int not null default 0,
  recognition_ms int not null default 0,
  characters int not null default 0,
  cost_won double precision not null,
  primary key (call_id, step, provider)
);
