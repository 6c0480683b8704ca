-- Records that point at cases.
-- +goose Up

alter table attachments add constraint attachment_of_a_case foreign key (case_id) references cases;
alter table role_grants add constraint role_of_a_round foreign key (round_id) references rounds;
insert into schema_releases values (4, '0.1.0');
