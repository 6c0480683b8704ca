-- Minutes of a round are a paper as the others are: issued by the act that ends it, frozen, numbered. The release before issues
-- none and reads them by their round alone.
-- +goose Up
alter table papers drop constraint paper_kind, add constraint paper_kind check (kind in ('notice', 'award', 'refusal', 'agreement', 'minutes'));

insert into schema_releases values (10, '0.1.0');
