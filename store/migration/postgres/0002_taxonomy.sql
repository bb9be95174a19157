-- +goose Up
CREATE TABLE taxonomy (
	name     text COLLATE "C" NOT NULL PRIMARY KEY,
	label_fr text COLLATE "C" NOT NULL,
	label_en text COLLATE "C" NOT NULL
);

CREATE TABLE taxonomy_version (
	taxonomy   text COLLATE "C" NOT NULL REFERENCES taxonomy (name),
	version    bigint           NOT NULL CHECK (version > 0),
	source     text COLLATE "C" NOT NULL,
	file       text COLLATE "C" NOT NULL REFERENCES artifact (id),
	created_at timestamptz      NOT NULL,
	PRIMARY KEY (taxonomy, version)
);

CREATE TABLE term (
	taxonomy   text COLLATE "C" NOT NULL,
	version    bigint           NOT NULL,
	code       text COLLATE "C" NOT NULL CHECK (code <> ''),
	position   bigint           NOT NULL,
	label_fr   text COLLATE "C" NOT NULL,
	label_en   text COLLATE "C" NOT NULL,
	status     text COLLATE "C" NOT NULL,
	valid_from text COLLATE "C" NOT NULL,
	valid_to   text COLLATE "C" NOT NULL,
	source     text COLLATE "C" NOT NULL,
	parent     text COLLATE "C" NOT NULL,
	attributes text COLLATE "C" NOT NULL,
	PRIMARY KEY (taxonomy, version, code),
	UNIQUE (taxonomy, version, position),
	FOREIGN KEY (taxonomy, version) REFERENCES taxonomy_version (taxonomy, version)
);
