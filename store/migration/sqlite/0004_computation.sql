-- +goose Up
CREATE TABLE computation (
	id           text      NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	level        text      NOT NULL,
	spec         text      NOT NULL REFERENCES artifact (id),
	datasets     text      NOT NULL,
	seed         text      NOT NULL,
	code_version text      NOT NULL,
	result       text      NOT NULL REFERENCES artifact (id),
	created_at   timestamp NOT NULL
);

CREATE INDEX computation_level ON computation (level, created_at);
