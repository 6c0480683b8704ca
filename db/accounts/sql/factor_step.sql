-- Consumes a code by its step; no row if that or a later one was used. second_factors_pkey. $1 user, $2 step
update second_factors set last_step = $2::bigint where user_id = $1::uuid and last_step < $2 and secret is not null
  returning last_step
