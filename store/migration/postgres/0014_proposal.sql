-- +goose Up
-- An edition proposed: its manifest is frozen as it is, what is approved is
-- what was seen. The edition itself comes with the approval.
CREATE TABLE proposal (
	id           text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	number       text COLLATE "C" NOT NULL CHECK (number <> ''),
	title        text COLLATE "C" NOT NULL,
	published_at text COLLATE "C" NOT NULL CHECK (length(published_at) = 10),
	embargo_at   timestamptz      NOT NULL,
	manifest     text COLLATE "C" NOT NULL REFERENCES artifact (id),
	supersedes   text COLLATE "C" NOT NULL, -- '': the first one
	note         text COLLATE "C" NOT NULL, -- to who approves
	erratum_fr   text COLLATE "C" NOT NULL, -- of the edition that it corrects, '' when it corrects none
	erratum_en   text COLLATE "C" NOT NULL,
	state        text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'refused', 'withdrawn', 'approved', 'recalled')),
	by_actor     text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	created_at   timestamptz      NOT NULL,
	decided_by   text COLLATE "C" NOT NULL, -- who refused, withdrew or approved
	decided_at   timestamptz,
	reason       text COLLATE "C" NOT NULL, -- of a refusal, of a recall
	recalled_by  text COLLATE "C" NOT NULL,
	CHECK ((state = 'proposed') = (decided_at IS NULL))
);

-- A number waits for one decision at a time.
CREATE UNIQUE INDEX proposal_number ON proposal (number) WHERE state = 'proposed';

-- What was wrong in an edition, and since when that is said. It is only added.
CREATE TABLE erratum (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	edition    text COLLATE "C" NOT NULL REFERENCES edition (number),
	at         timestamptz      NOT NULL, -- nobody sees it before
	what_fr    text COLLATE "C" NOT NULL CHECK (what_fr <> ''),
	what_en    text COLLATE "C" NOT NULL CHECK (what_en <> ''),
	corrected  text COLLATE "C" REFERENCES edition (number), -- the edition that corrects it, NULL for none
	by_actor   text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	created_at timestamptz      NOT NULL
);

CREATE INDEX erratum_edition ON erratum (edition, at);
