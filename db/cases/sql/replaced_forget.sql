-- Forgets replaced answers whose time is over: replaced_answers_old. $1 not before
delete from replaced_answers where replaced_at < $1::timestamptz
