-- Moves a demonstration's clock forward. $1 microseconds
update domain_clock set microseconds = microseconds + $1::bigint returning microseconds
