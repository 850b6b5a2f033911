-- What a call came to, read from its words once it is over.
alter table call_records
  add column analysis text;                -- (enc) JSON, CallAnalysis of domain/call-analysis.ts
