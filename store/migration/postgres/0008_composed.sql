-- +goose Up
CREATE TABLE composed (
	code       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(code) = 14),
	name       text COLLATE "C" NOT NULL,
	vintage    bigint           NOT NULL,
	communes   text COLLATE "C" NOT NULL CHECK (communes <> ''),
	created_at timestamptz      NOT NULL
);
