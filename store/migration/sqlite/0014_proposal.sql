-- +goose Up
-- An edition proposed: its manifest is frozen as it is, what is approved is
-- what was seen. The edition itself comes with the approval.
CREATE TABLE proposal (
	id           text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	number       text      NOT NULL CHECK (number <> ''),
	title        text      NOT NULL,
	published_at text      NOT NULL CHECK (length(published_at) = 10),
	embargo_at   timestamp NOT NULL,
	manifest     text      NOT NULL REFERENCES artifact (id),
	supersedes   text      NOT NULL, -- '': the first one
	note         text      NOT NULL, -- to who approves
	erratum_fr   text      NOT NULL, -- of the edition that it corrects, '' when it corrects none
	erratum_en   text      NOT NULL,
	state        text      NOT NULL CHECK (state IN ('proposed', 'refused', 'withdrawn', 'approved', 'recalled')),
	by_actor     text      NOT NULL CHECK (by_actor <> ''),
	created_at   timestamp NOT NULL,
	decided_by   text      NOT NULL, -- who refused, withdrew or approved
	decided_at   timestamp,
	reason       text      NOT NULL, -- of a refusal, of a recall
	recalled_by  text      NOT NULL,
	CHECK ((state = 'proposed') = (decided_at IS NULL))
);

-- A number waits for one decision at a time.
CREATE UNIQUE INDEX proposal_number ON proposal (number) WHERE state = 'proposed';

-- What was wrong in an edition, and since when that is said. It is only added.
CREATE TABLE erratum (
	id         text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	edition    text      NOT NULL REFERENCES edition (number),
	at         timestamp NOT NULL, -- nobody sees it before
	what_fr    text      NOT NULL CHECK (what_fr <> ''),
	what_en    text      NOT NULL CHECK (what_en <> ''),
	corrected  text      REFERENCES edition (number), -- the edition that corrects it, NULL for none
	by_actor   text      NOT NULL CHECK (by_actor <> ''),
	created_at timestamp NOT NULL
);

CREATE INDEX erratum_edition ON erratum (edition, at);
