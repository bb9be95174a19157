-- +goose Up
-- A specification of the index as a person writes it. turn > 0: kept to compute
-- with, the greatest is the one; 0: a draft.
CREATE TABLE spec (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	name       text COLLATE "C" NOT NULL CHECK (name <> ''),
	note       text COLLATE "C" NOT NULL,
	file       text COLLATE "C" NOT NULL REFERENCES artifact (id),
	turn       bigint           NOT NULL CHECK (turn >= 0),
	version    bigint           NOT NULL,
	created_by text COLLATE "C" NOT NULL CHECK (created_by <> ''),
	created_at timestamptz      NOT NULL,
	changed_by text COLLATE "C" NOT NULL CHECK (changed_by <> ''),
	changed_at timestamptz      NOT NULL,
	kept_at    timestamptz
);

-- What a specification would change in an edition.
CREATE TABLE spec_effect (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	file       text COLLATE "C" NOT NULL REFERENCES artifact (id),
	edition    text COLLATE "C" NOT NULL REFERENCES edition (number),
	ground     text COLLATE "C" NOT NULL CHECK (ground IN ('edition', 'today')),
	artifact   text COLLATE "C" NOT NULL REFERENCES artifact (id),
	created_by text COLLATE "C" NOT NULL CHECK (created_by <> ''),
	created_at timestamptz      NOT NULL
);

CREATE INDEX spec_effect_file ON spec_effect (file, created_at);
