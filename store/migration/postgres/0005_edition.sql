-- +goose Up
CREATE TABLE edition (
	number       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (number <> ''),
	title        text COLLATE "C" NOT NULL,
	published_at text COLLATE "C" NOT NULL CHECK (length(published_at) = 10),
	embargo_at   timestamptz      NOT NULL,
	manifest     text COLLATE "C" NOT NULL REFERENCES artifact (id),
	supersedes   text COLLATE "C" UNIQUE REFERENCES edition (number),
	created_at   timestamptz      NOT NULL
);

CREATE TABLE edition_change (
	edition  text COLLATE "C" NOT NULL REFERENCES edition (number),
	position bigint           NOT NULL,
	kind     text COLLATE "C" NOT NULL,
	what_fr  text COLLATE "C" NOT NULL,
	what_en  text COLLATE "C" NOT NULL,
	PRIMARY KEY (edition, position)
);
