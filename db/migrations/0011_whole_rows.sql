-- Rows of some 4 KB stay whole: in pieces, a receipt was four writes more of every act, an eighth of all that its statement took,
-- and a case with reviews and opinions was compressed anew by each.
-- +goose Up
alter table idempotency_keys set (toast_tuple_target = 8160);
alter table cases set (toast_tuple_target = 4096);
insert into schema_releases values (11, '0.1.0');
