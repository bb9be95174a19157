-- +goose Up
-- An observatory's own source descriptions, every version kept.
CREATE TABLE description (
	name    text NOT NULL CHECK (name <> ''),
	version bigint NOT NULL CHECK (version > 0),
	text    text NOT NULL REFERENCES artifact (id), -- TOML
	by_actor text NOT NULL CHECK (by_actor <> ''),
	at      timestamp NOT NULL,
	PRIMARY KEY (name, version)
);

-- A file that somebody sends: looked at, then kept as a dataset or discarded.
CREATE TABLE delivery (
	id          text NOT NULL PRIMARY KEY CHECK (id <> ''),
	file        text NOT NULL REFERENCES artifact (id),
	file_name   text NOT NULL,
	size        bigint NOT NULL CHECK (size > 0),
	remark      text NOT NULL, -- of who sends it
	scope       text NOT NULL, -- what it is sent for, '' the whole observatory
	within      text NOT NULL, -- the scope and those that contain it, spaces between
	kind        text NOT NULL, -- of a reference file; 'observation' when a description reads it; '' not chosen
	name        text NOT NULL, -- of a reference file, of the description
	description text REFERENCES artifact (id),
	state       text NOT NULL CHECK (state IN ('sent', 'kept', 'withdrawn')),
	check_run   text NOT NULL,
	keep_run    text NOT NULL,
	dataset     text REFERENCES dataset (id),
	by_actor    text NOT NULL CHECK (by_actor <> ''),
	created_at  timestamp NOT NULL,
	version     bigint NOT NULL CHECK (version > 0),
	changed_by  text NOT NULL,
	changed_at  timestamp NOT NULL
);

CREATE INDEX delivery_created ON delivery (created_at);
CREATE INDEX delivery_sender ON delivery (by_actor, state);

-- A dataset that is withdrawn is kept, and no longer the newest of its name.
ALTER TABLE dataset ADD COLUMN withdrawn_at timestamp;
ALTER TABLE dataset ADD COLUMN withdrawn_by text NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN withdrawn_for text NOT NULL DEFAULT '';
