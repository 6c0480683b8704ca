-- Stores a sealed secret until its first code comes; a factor in use stays. second_factors_pkey. $1 user, $2 secret
insert into second_factors (user_id, pending, asked_at) values ($1::uuid, $2::bytea, now())
on conflict (user_id) do update set pending = excluded.pending, asked_at = now()
