-- What is known of a file's content beyond its kind: whether it acts when it is opened, and what the scanner of the
-- installation said. A content that waits for the scanner, or that it refused, is never handed out.
-- +goose Up
alter table attachments
  add column active boolean not null default false,
  add column scan text not null default 'none' constraint scan_result check (scan in ('none', 'pending', 'clean', 'infected'));
create index attachments_pending on attachments (at) where scan = 'pending';
insert into schema_releases values (25, '0.1.0');
