-- Lines of an uploaded statement that could not be read: StatementProblem of domain/statement.ts.
alter table vendor_statements add column problems jsonb not null default '[]';
