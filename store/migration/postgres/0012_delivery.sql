-- +goose Up
-- An observatory's own source descriptions, every version kept.
CREATE TABLE description (
	name    text COLLATE "C" NOT NULL CHECK (name <> ''),
	version bigint NOT NULL CHECK (version > 0),
	text    text COLLATE "C" NOT NULL REFERENCES artifact (id), -- TOML
	by_actor text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	at      timestamptz NOT NULL,
	PRIMARY KEY (name, version)
);

-- A file that somebody sends: looked at, then kept as a dataset or discarded.
CREATE TABLE delivery (
	id          text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	file        text COLLATE "C" NOT NULL REFERENCES artifact (id),
	file_name   text COLLATE "C" NOT NULL,
	size        bigint NOT NULL CHECK (size > 0),
	remark      text COLLATE "C" NOT NULL, -- of who sends it
	scope       text COLLATE "C" NOT NULL, -- what it is sent for, '' the whole observatory
	within      text COLLATE "C" NOT NULL, -- the scope and those that contain it, spaces between
	kind        text COLLATE "C" NOT NULL, -- of a reference file; 'observation' when a description reads it; '' not chosen
	name        text COLLATE "C" NOT NULL, -- of a reference file, of the description
	description text COLLATE "C" REFERENCES artifact (id),
	state       text COLLATE "C" NOT NULL CHECK (state IN ('sent', 'kept', 'withdrawn')),
	check_run   text COLLATE "C" NOT NULL,
	keep_run    text COLLATE "C" NOT NULL,
	dataset     text COLLATE "C" REFERENCES dataset (id),
	by_actor    text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	created_at  timestamptz NOT NULL,
	version     bigint NOT NULL CHECK (version > 0),
	changed_by  text COLLATE "C" NOT NULL,
	changed_at  timestamptz NOT NULL
);

CREATE INDEX delivery_created ON delivery (created_at);
CREATE INDEX delivery_sender ON delivery (by_actor, state);

-- A dataset that is withdrawn is kept, and no longer the newest of its name.
ALTER TABLE dataset ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE dataset ADD COLUMN withdrawn_by text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN withdrawn_for text COLLATE "C" NOT NULL DEFAULT '';
