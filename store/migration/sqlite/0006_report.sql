-- +goose Up
CREATE TABLE report (
	edition    text      NOT NULL REFERENCES edition (number),
	territory  text      NOT NULL,
	kind       text      NOT NULL,
	lang       text      NOT NULL,
	document   text      NOT NULL,
	pdf        text      NOT NULL REFERENCES artifact (id),
	created_at timestamp NOT NULL,
	PRIMARY KEY (edition, territory, kind, lang)
);
