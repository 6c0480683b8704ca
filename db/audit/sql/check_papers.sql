-- Compares paper numbers with the papers: from one, without a gap, as many as were taken; reads all papers.
select 'paper_numbers' as table, format('%s〔%s〕', word, year) as row,
  format('taken %s, papers %s, the highest %s', coalesce(c.last, 0), coalesce(p.n, 0), coalesce(p.highest, 0)) as what
from (select word, year, count(*) as n, max(serial) as highest from papers where word <> '' group by word, year) p
full join paper_numbers c using (word, year)
where coalesce(p.n, 0) <> coalesce(c.last, 0) or coalesce(p.highest, 0) <> coalesce(c.last, 0)
