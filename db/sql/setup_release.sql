-- Gives a one-time token back whose use came to nothing. setup_tokens_pkey. $1 hash of the token
update setup_tokens set used_at = null where token_hash = $1::bytea and used_by is null
