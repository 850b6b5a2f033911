-- What is looked up by a number, by a workflow and by who asked for it.

-- The calls of a request, when it is erased.
create index call_records_workflow on call_records (workflow_id);

-- All of a number, whether called or not; also the frequency cap.
drop index outbound_requests_called;
create index outbound_requests_number on outbound_requests (callee_hash, started_at);
drop index campaign_rows_number;
create index campaign_rows_number on campaign_rows (callee_hash);

-- Limits by person, and the requests of a campaign.
create index outbound_requests_asked on outbound_requests (requested_by, created_at);
