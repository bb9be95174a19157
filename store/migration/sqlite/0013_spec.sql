-- +goose Up
-- A specification of the index as a person writes it. turn > 0: kept to compute
-- with, the greatest is the one; 0: a draft.
CREATE TABLE spec (
	id         text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	name       text      NOT NULL CHECK (name <> ''),
	note       text      NOT NULL,
	file       text      NOT NULL REFERENCES artifact (id),
	turn       bigint    NOT NULL CHECK (turn >= 0),
	version    bigint    NOT NULL,
	created_by text      NOT NULL CHECK (created_by <> ''),
	created_at timestamp NOT NULL,
	changed_by text      NOT NULL CHECK (changed_by <> ''),
	changed_at timestamp NOT NULL,
	kept_at    timestamp
);

-- What a specification would change in an edition.
CREATE TABLE spec_effect (
	id         text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	file       text      NOT NULL REFERENCES artifact (id),
	edition    text      NOT NULL REFERENCES edition (number),
	ground     text      NOT NULL CHECK (ground IN ('edition', 'today')),
	artifact   text      NOT NULL REFERENCES artifact (id),
	created_by text      NOT NULL CHECK (created_by <> ''),
	created_at timestamp NOT NULL
);

CREATE INDEX spec_effect_file ON spec_effect (file, created_at);
