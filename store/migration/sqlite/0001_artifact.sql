-- +goose Up
CREATE TABLE artifact (
	id         text      NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	size       bigint    NOT NULL CHECK (size >= 0),
	kind       text      NOT NULL,
	created_at timestamp NOT NULL
);
