-- Entries of the audit trail that do not follow the previous one. Reads the whole trail. audit_chain
select 'audit' as table, c.id::text as row, c.what from (
  select a.id, case
    when a.hash <> audit_hash(a) then 'a value of the entry was changed'
    when a.previous_hash <> coalesce(lag(a.hash) over w, decode(repeat('00', 32), 'hex'))
      then 'previous hash does not match the entry before it'
    when a.seq <> coalesce(lag(a.seq) over w, 0) + 1 then 'an entry before it is missing' end as what
  from audit a window w as (partition by a.chain order by a.seq)) c
where c.what is not null
union all
select 'audit', a.id::text, 'it is on no chain' from audit a
  where a.hash is null or a.previous_hash is null or a.seq is null or a.chain is null
