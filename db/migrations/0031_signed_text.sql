-- A paper that is signed is issued before anybody signs it, and never again: who has signed its text stands with the case's answers,
-- each with the hash of the text. A paper that nobody signs has no seats.
-- +goose Up
alter table papers drop constraint paper_kind, add constraint paper_kind check (kind in ('notice', 'award', 'refusal', 'agreement', 'entry_agreement', 'minutes'));

create or replace view paper_docs as
select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, p.serial, p.at, p.facts, v.at as voided_at,
  case when p.facts ? 'seats' then (select jsonb_agg(jsonb_build_object('party', a -> 'party', 'name', coalesce(a -> 'name', '""'), 'at', a -> 'at') order by n)
    from cases c, jsonb_array_elements(c.approvals) with ordinality x(a, n)
    where c.id = p.case_id and a ->> 'sha256' = c.data ->> (p.kind || '_sha256') and not coalesce((a -> 'void')::boolean, false)) end as signed
from papers p left join paper_voids v on v.paper_id = p.id;

insert into schema_releases values (31, '0.1.0');
