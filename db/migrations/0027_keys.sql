-- What takes more than a session: the password again, a second factor, a second person for a definition.
-- +goose Up
-- When its owner last typed the password: what gives rights, accounts or money to others asks for it within ten minutes.
alter table sessions add column confirmed_at timestamptz not null default now();

-- Second factors. A secret is sealed under a key that the database does not hold; recovery codes are kept as hashes.
create table second_factors (
  user_id   uuid primary key references users,
  secret    bytea, -- null until the first code of it was right
  since     timestamptz,
  last_step bigint not null default 0, -- of the last code: none is accepted twice
  pending   bytea, -- a secret that waits for its first code
  asked_at  timestamptz,
  constraint factor_is_sealed check (coalesce(length(secret), 48) >= 48 and coalesce(length(pending), 48) >= 48)
);
create table recovery_codes (
  user_id uuid not null references users,
  hash    bytea not null constraint recovery_hash check (length(hash) = 32),
  used_at timestamptz,
  primary key (user_id, hash)
);
insert into schema_releases values (27, '0.1.0');
