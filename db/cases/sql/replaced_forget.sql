-- Deletes replaced answers from before a time: replaced_answers_old. $1 time
delete from replaced_answers where replaced_at < $1::timestamptz
