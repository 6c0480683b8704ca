-- Retention periods, the latest of each kind first. retention_periods_pkey
select kind, since, coalesce((extract(year from keep) * 12 + extract(month from keep))::int, 0) as months, title_zh,
  title_en, source
from retention_periods order by kind, since desc
