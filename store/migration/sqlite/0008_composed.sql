-- +goose Up
CREATE TABLE composed (
	code       text      NOT NULL PRIMARY KEY CHECK (length(code) = 14),
	name       text      NOT NULL,
	vintage    bigint    NOT NULL,
	communes   text      NOT NULL CHECK (communes <> ''),
	created_at timestamp NOT NULL
);
