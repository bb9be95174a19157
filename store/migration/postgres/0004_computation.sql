-- +goose Up
CREATE TABLE computation (
	id           text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	level        text COLLATE "C" NOT NULL,
	spec         text COLLATE "C" NOT NULL REFERENCES artifact (id),
	datasets     text COLLATE "C" NOT NULL,
	seed         text COLLATE "C" NOT NULL,
	code_version text COLLATE "C" NOT NULL,
	result       text COLLATE "C" NOT NULL REFERENCES artifact (id),
	created_at   timestamptz      NOT NULL
);

CREATE INDEX computation_level ON computation (level, created_at);
