-- The last entry of a record's log with its MAC and the record now. record_log_pkey, record_macs_pkey. $1 kind, $2
-- record
select l.kind, l.record_id, l.seq, l.hash, {{record}} as row, m.row_mac
from (select kind, record_id, seq, hash from record_log where kind = $1 and record_id = $2 order by seq desc limit 1) l
left join record_macs m on m.kind = l.kind and m.record_id = l.record_id and m.seq = l.seq
