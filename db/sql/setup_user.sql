-- Says who came in by a one-time token. setup_tokens_pkey. $1 hash of the token, $2 user
update setup_tokens set used_by = $2::uuid where token_hash = $1::bytea
