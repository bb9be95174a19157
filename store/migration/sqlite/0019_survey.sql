-- +goose Up
-- The answers of one audience in one wave, with the plan that tabulates them.
-- tabulation is what may be published of them, NULL as long as nobody has made
-- it; it is made by tabulated_by and approved by somebody else.
CREATE TABLE survey (
	id           text NOT NULL PRIMARY KEY CHECK (id <> ''),
	wave         text NOT NULL CHECK (wave <> ''),
	audience     text NOT NULL CHECK (audience <> ''),
	synthetic    boolean NOT NULL,
	state        text NOT NULL CHECK (state IN ('draft', 'checked', 'approved', 'withdrawn')),
	plan_name    text NOT NULL CHECK (plan_name <> ''),
	plan         text NOT NULL REFERENCES artifact (id),
	tabulation   text REFERENCES artifact (id),
	reason       text NOT NULL, -- why withdrawn
	put_by       text NOT NULL CHECK (put_by <> ''),
	put_at       timestamp NOT NULL,
	tabulated_by text NOT NULL, -- '' for nobody yet
	approved_by  text NOT NULL, -- '' for nobody yet
	approved_at  timestamp, -- NULL for never
	version      bigint NOT NULL CHECK (version > 0),
	changed_by   text NOT NULL,
	changed_at   timestamp NOT NULL,
	CHECK (state NOT IN ('checked', 'approved') OR tabulation IS NOT NULL),
	CHECK ((approved_by <> '') = (approved_at IS NOT NULL))
);
-- One of each wave and audience is what an edition takes.
CREATE UNIQUE INDEX survey_approved ON survey (wave, audience) WHERE state = 'approved';
CREATE INDEX survey_plan ON survey (plan);
CREATE INDEX survey_tabulation ON survey (tabulation);

-- The files that the plan of a survey names, closed: no page, no trace and no
-- interface reads them.
CREATE TABLE survey_file (
	survey text NOT NULL REFERENCES survey (id),
	rank   bigint NOT NULL CHECK (rank >= 0), -- 0: the answers
	name   text NOT NULL CHECK (name <> ''), -- as the plan names it
	file   text NOT NULL REFERENCES artifact (id),
	PRIMARY KEY (survey, rank),
	UNIQUE (survey, name)
);
CREATE INDEX survey_file_file ON survey_file (file);
