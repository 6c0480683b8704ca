-- Whether signals are pending. signals_pending
select exists (select 1 from signals where done_at is null and next_at <= now())
