-- +goose Up
CREATE TABLE edition (
	number       text      NOT NULL PRIMARY KEY CHECK (number <> ''),
	title        text      NOT NULL,
	published_at text      NOT NULL CHECK (length(published_at) = 10),
	embargo_at   timestamp NOT NULL,
	manifest     text      NOT NULL REFERENCES artifact (id),
	supersedes   text      UNIQUE REFERENCES edition (number),
	created_at   timestamp NOT NULL
);

CREATE TABLE edition_change (
	edition  text   NOT NULL REFERENCES edition (number),
	position bigint NOT NULL,
	kind     text   NOT NULL,
	what_fr  text   NOT NULL,
	what_en  text   NOT NULL,
	PRIMARY KEY (edition, position)
);
