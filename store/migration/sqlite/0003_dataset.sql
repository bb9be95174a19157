-- +goose Up
CREATE TABLE source (
	id         text      NOT NULL PRIMARY KEY REFERENCES artifact (id),
	name       text      NOT NULL,
	created_at timestamp NOT NULL
);

CREATE TABLE dataset (
	id           text      NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	name         text      NOT NULL CHECK (name <> ''),
	kind         text      NOT NULL,
	source       text      NOT NULL REFERENCES source (id),
	file_name    text      NOT NULL,
	file         text      NOT NULL REFERENCES artifact (id),
	observations text      REFERENCES artifact (id),
	row_count    bigint    NOT NULL CHECK (row_count >= 0),
	period_first text      NOT NULL,
	period_last  text      NOT NULL,
	note         text      NOT NULL,
	imported_at  timestamp NOT NULL
);

CREATE INDEX dataset_kind ON dataset (kind, name, imported_at);
