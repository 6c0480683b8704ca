-- Minutes of a round are a paper as the others are: issued by the act that ends it, frozen, numbered. The release before issues
-- none and reads them by their round alone.
-- +goose Up
alter table papers drop constraint paper_kind, add constraint paper_kind check (kind in ('notice', 'award', 'refusal', 'agreement', 'minutes'));

-- Who did what in a period, across cases. Acts are written about in the order of their time, so an index of block ranges finds a
-- period and costs a transition next to nothing; one by actor would have to be written with every act.
create index events_at on events using brin (at) with (pages_per_range = 16, autosummarize = on);

insert into schema_releases values (10, '0.1.0');
