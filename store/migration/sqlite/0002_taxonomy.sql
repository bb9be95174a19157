-- +goose Up
CREATE TABLE taxonomy (
	name     text NOT NULL PRIMARY KEY,
	label_fr text NOT NULL,
	label_en text NOT NULL
);

CREATE TABLE taxonomy_version (
	taxonomy   text      NOT NULL REFERENCES taxonomy (name),
	version    bigint    NOT NULL CHECK (version > 0),
	source     text      NOT NULL,
	file       text      NOT NULL REFERENCES artifact (id),
	created_at timestamp NOT NULL,
	PRIMARY KEY (taxonomy, version)
);

CREATE TABLE term (
	taxonomy   text   NOT NULL,
	version    bigint NOT NULL,
	code       text   NOT NULL CHECK (code <> ''),
	position   bigint NOT NULL,
	label_fr   text   NOT NULL,
	label_en   text   NOT NULL,
	status     text   NOT NULL,
	valid_from text   NOT NULL,
	valid_to   text   NOT NULL,
	source     text   NOT NULL,
	parent     text   NOT NULL,
	attributes text   NOT NULL,
	PRIMARY KEY (taxonomy, version, code),
	UNIQUE (taxonomy, version, position),
	FOREIGN KEY (taxonomy, version) REFERENCES taxonomy_version (taxonomy, version)
);
