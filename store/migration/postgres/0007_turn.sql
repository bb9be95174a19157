-- +goose Up
-- The turn orders what is put: the newest of a name, or of a tier, is what the
-- next edition takes, also when it was there before or came within a second.
ALTER TABLE dataset ADD COLUMN turn bigint NOT NULL DEFAULT 0;
ALTER TABLE computation ADD COLUMN turn bigint NOT NULL DEFAULT 0;
