-- +goose Up
-- One more at each mark on a passage, or one taken away: what readers see of the
-- agreement of those who code.
ALTER TABLE casestudy_stamp ADD COLUMN coded bigint NOT NULL DEFAULT 0;
