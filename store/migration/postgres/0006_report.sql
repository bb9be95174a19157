-- +goose Up
CREATE TABLE report (
	edition    text COLLATE "C" NOT NULL REFERENCES edition (number),
	territory  text COLLATE "C" NOT NULL,
	kind       text COLLATE "C" NOT NULL,
	lang       text COLLATE "C" NOT NULL,
	document   text COLLATE "C" NOT NULL,
	pdf        text COLLATE "C" NOT NULL REFERENCES artifact (id),
	created_at timestamptz      NOT NULL,
	PRIMARY KEY (edition, territory, kind, lang)
);
