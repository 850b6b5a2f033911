-- Issues as records, what people say to each other about them, and the owner's morning.

create table issues (
  id text primary key,                     -- '<order no>-I<n>'
  ticket_id int not null references tickets (id),
  kind text not null check (kind in ('message_typo', 'delivery_delay', 'complaint', 'admin_required')),
  reason text not null,                    -- one Korean sentence
  cause jsonb,                             -- IssueCause of domain/issue-cause.ts
  step text,                               -- TicketStep that failed, when a step did
  actions text[] not null default '{}',    -- IssueAction: what resolves it
  evidence jsonb not null default '[]',    -- IssueEvidence of domain/ticket-states.ts, words (enc)
  wanted text,                             -- (enc) JSON: order fields the customer could not get any more
  raised_at timestamptz not null,
  raised_by text not null,                 -- 'system', 'customer' … or the e-mail of a person
  resolved_at timestamptz,
  resolved_by text,
  resolution text,                         -- IssueAction; null when it resolved itself
  resolution_note text,                    -- (enc)
  -- What the projection of the ticket never touches:
  suggestion jsonb,                        -- IssueSuggestion of domain/issue-advice.ts
  assignee text,                           -- e-mail
  due_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledged_via text check (acknowledged_via in ('app', 'text', 'call')),
  alarm_text_key text,                     -- messages.idempotency_key of the text that told the owner
  alarm_call_id text,                      -- the latest call that told the owner
  alarm_called_at timestamptz
);
create index issues_open on issues (due_at, raised_at) where resolved_at is null;
create index issues_resolved on issues (resolved_at desc, id) where resolved_at is not null;
create index issues_ticket on issues (ticket_id);
create index issues_alarm_text on issues (alarm_text_key) where alarm_text_key is not null;

create table issue_comments (
  id bigint generated always as identity primary key,
  issue_id text not null references issues (id),
  at timestamptz not null default now(),
  author text not null,                    -- e-mail
  body text not null                       -- (enc)
);
create index issue_comments_issue on issue_comments (issue_id, id);

-- Issues that are open already.
insert into issues (id, ticket_id, kind, reason, cause, step, actions, raised_at, raised_by)
select
  coalesce(t.issue ->> 'id', o.order_no || '-I1'), t.id, t.issue ->> 'kind', t.issue ->> 'reason', t.issue -> 'cause',
  t.issue ->> 'step', array(select jsonb_array_elements_text(t.issue -> 'actions')),
  (t.issue ->> 'raisedAt')::timestamptz, t.issue ->> 'raisedBy'
from tickets t join orders o on o.id = t.order_id
where t.issue is not null;

-- The digest of a morning: one row a day, so that it is texted once.
create table morning_digests (
  day date primary key,                    -- Korean calendar day of the morning
  counts jsonb not null,                   -- MorningCounts of domain/morning.ts
  message_key text,                        -- messages.idempotency_key; null while the owner has no number
  created_at timestamptz not null default now()
);
