-- The log entries that this transaction wrote (see note_entry), each with its record now. record_log_pkey and the
-- primary key of each table
select l.kind, l.record_id, l.seq, l.hash, {{record}} as row, null::bytea as row_mac
from (select split_part(n, ' ', 1) as kind, split_part(n, ' ', 2) as record_id, split_part(n, ' ', 3)::int as seq
  from unnest(string_to_array(rtrim(current_setting('incubase.entries', true), E'\n'), E'\n')) n where n <> '') x
join record_log l on l.kind = x.kind and l.record_id = x.record_id and l.seq = x.seq
