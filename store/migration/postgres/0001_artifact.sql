-- +goose Up
CREATE TABLE artifact (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 64),
	size       bigint           NOT NULL CHECK (size >= 0),
	kind       text COLLATE "C" NOT NULL,
	created_at timestamptz      NOT NULL
);
