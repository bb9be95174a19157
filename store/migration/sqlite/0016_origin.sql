-- +goose Up
-- A file may be brought from an address: it is not there yet, or never comes.
-- One that was set aside goes after a while; its row stays.
CREATE TABLE delivery_next (
	id          text NOT NULL PRIMARY KEY CHECK (id <> ''),
	file        text REFERENCES artifact (id), -- NULL: not there yet, or gone
	file_name   text NOT NULL,
	size        bigint NOT NULL CHECK (size >= 0), -- 0: not there yet
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
	changed_at  timestamp NOT NULL,
	origin      text NOT NULL DEFAULT '', -- the address that it comes from, '' from a person's machine
	fetch_run   text NOT NULL DEFAULT '', -- brings it
	CHECK (file IS NOT NULL OR state <> 'kept'),
	CHECK (file IS NULL OR size > 0)
);

INSERT INTO delivery_next (id, file, file_name, size, remark, scope, within, kind, name, description, state, check_run, keep_run,
                           dataset, by_actor, created_at, version, changed_by, changed_at)
SELECT id, file, file_name, size, remark, scope, within, kind, name, description, state, check_run, keep_run,
       dataset, by_actor, created_at, version, changed_by, changed_at
FROM   delivery;

DROP TABLE delivery;
ALTER TABLE delivery_next RENAME TO delivery;
CREATE INDEX delivery_created ON delivery (created_at);
CREATE INDEX delivery_sender ON delivery (by_actor, state);

-- The address that the file of a dataset came from.
ALTER TABLE dataset ADD COLUMN origin text NOT NULL DEFAULT '';
