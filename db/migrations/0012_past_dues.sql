-- Boards add up all past days, ever more of them: days long past are summed into one, and this says up to which.
-- +goose Up
create table board_horizon (
  one boolean primary key default true constraint one_horizon check (one),
  day  date not null
);
insert into board_horizon (day) values ('-infinity');
insert into schema_releases values (12, '0.1.0');
