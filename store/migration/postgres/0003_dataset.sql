-- +goose Up
CREATE TABLE source (
	id         text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES artifact (id),
	name       text COLLATE "C" NOT NULL,
	created_at timestamptz      NOT NULL
);

CREATE TABLE dataset (
	id           text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	name         text COLLATE "C" NOT NULL CHECK (name <> ''),
	kind         text COLLATE "C" NOT NULL,
	source       text COLLATE "C" NOT NULL REFERENCES source (id),
	file_name    text COLLATE "C" NOT NULL,
	file         text COLLATE "C" NOT NULL REFERENCES artifact (id),
	observations text COLLATE "C" REFERENCES artifact (id),
	row_count    bigint           NOT NULL CHECK (row_count >= 0),
	period_first text COLLATE "C" NOT NULL,
	period_last  text COLLATE "C" NOT NULL,
	note         text COLLATE "C" NOT NULL,
	imported_at  timestamptz      NOT NULL
);

CREATE INDEX dataset_kind ON dataset (kind, name, imported_at);
