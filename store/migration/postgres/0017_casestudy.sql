-- +goose Up
-- A case and where it stands. latest is the newest version of its record,
-- published the one that readers see: a newer one waits. slug is its address
-- from the first publication on, for ever.
CREATE TABLE casestudy (
	id           text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	slug         text COLLATE "C" UNIQUE CHECK (slug <> ''), -- NULL: never published
	state        text COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'in_review', 'published', 'to_update', 'archived', 'merged')),
	title        text COLLATE "C" NOT NULL, -- of the newest version
	latest       bigint NOT NULL CHECK (latest > 0),
	published    bigint NOT NULL CHECK (published >= 0 AND published <= latest), -- 0: none
	network      text COLLATE "C" NOT NULL, -- who brought it, '' for ours
	external_id  text COLLATE "C" NOT NULL, -- its name there, '' for none
	within       text COLLATE "C" NOT NULL, -- its territories and those that contain them, spaces between
	author       text COLLATE "C" NOT NULL CHECK (author <> ''), -- who wrote the first version
	writer       text COLLATE "C" NOT NULL, -- who wrote the newest
	link         text COLLATE "C" NOT NULL, -- the secret link that it came by, '' for none
	reason       text COLLATE "C" NOT NULL, -- why archived or to be updated
	merged_into  text COLLATE "C" REFERENCES casestudy (id),
	reviewed_by  text COLLATE "C" NOT NULL,
	reviewed_at  timestamp, -- NULL: no editor has read it
	review_due   text COLLATE "C" NOT NULL, -- ISO day of the next « toujours vrai ? », '' for none
	created_at   timestamp NOT NULL,
	published_at timestamp, -- first
	public_at    timestamp, -- last change of what readers see
	version      bigint NOT NULL CHECK (version > 0),
	changed_by   text COLLATE "C" NOT NULL,
	changed_at   timestamp NOT NULL,
	CHECK ((merged_into IS NOT NULL) = (state = 'merged')),
	CHECK (published > 0 OR state NOT IN ('published', 'to_update')),
	CHECK (published = 0 OR slug IS NOT NULL AND published_at IS NOT NULL AND public_at IS NOT NULL)
);
CREATE UNIQUE INDEX casestudy_external ON casestudy (network, external_id) WHERE external_id <> '';
CREATE INDEX casestudy_merged ON casestudy (merged_into);
CREATE INDEX casestudy_state ON casestudy (state, changed_at);

-- What somebody wrote at one moment: never changed.
CREATE TABLE casestudy_version (
	casestudy  text COLLATE "C" NOT NULL REFERENCES casestudy (id),
	number     bigint NOT NULL CHECK (number > 0),
	record     text COLLATE "C" NOT NULL, -- JSON
	remark     text COLLATE "C" NOT NULL, -- why, in words
	restores   bigint NOT NULL, -- the version that it brings back, 0 for none
	by_actor   text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	created_at timestamp NOT NULL,
	PRIMARY KEY (casestudy, number)
);

-- What a network brought last, as it was: the ground on which its next delivery
-- and our own changes are put together.
CREATE TABLE casestudy_brought (
	casestudy text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES casestudy (id),
	record    text COLLATE "C" NOT NULL
);

-- Who contributed without an account, to write to them: nowhere else, and
-- forgotten when they ask.
CREATE TABLE casestudy_contributor (
	casestudy text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES casestudy (id),
	name      text COLLATE "C" NOT NULL,
	mail      text COLLATE "C" NOT NULL,
	lang      text COLLATE "C" NOT NULL
);

-- A word of a reviewer beside a field; open until it is settled.
CREATE TABLE casestudy_note (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	casestudy  text COLLATE "C" NOT NULL REFERENCES casestudy (id),
	number     bigint NOT NULL CHECK (number > 0), -- the version that it is about
	field      text COLLATE "C" NOT NULL, -- '' for the whole record
	remark     text COLLATE "C" NOT NULL CHECK (remark <> ''),
	by_actor   text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	created_at timestamp NOT NULL,
	settled_by text COLLATE "C" NOT NULL,
	settled_at timestamp
);
CREATE INDEX casestudy_note_case ON casestudy_note (casestudy);

-- What somebody from outside proposes to write: a whole record, from a version.
CREATE TABLE casestudy_amendment (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	casestudy  text COLLATE "C" NOT NULL REFERENCES casestudy (id),
	base_case  text COLLATE "C" NOT NULL REFERENCES casestudy (id), -- another one after a merge
	base       bigint NOT NULL CHECK (base > 0),
	record     text COLLATE "C" NOT NULL,
	sender     text COLLATE "C" NOT NULL, -- in words
	remark     text COLLATE "C" NOT NULL,
	state      text COLLATE "C" NOT NULL CHECK (state IN ('open', 'merged', 'refused')),
	by_actor   text COLLATE "C" NOT NULL,
	created_at timestamp NOT NULL,
	decided_by text COLLATE "C" NOT NULL,
	decided_at timestamp,
	reason     text COLLATE "C" NOT NULL,
	result     bigint NOT NULL -- the version that it became, 0 for none
);
CREATE INDEX casestudy_amendment_case ON casestudy_amendment (casestudy);
CREATE INDEX casestudy_amendment_state ON casestudy_amendment (state, created_at);

-- A secret address by which a network contributes without accounts: only its
-- hash is kept.
CREATE TABLE casestudy_link (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	hash       text COLLATE "C" NOT NULL UNIQUE CHECK (length(hash) = 64),
	label      text COLLATE "C" NOT NULL CHECK (label <> ''),
	network    text COLLATE "C" NOT NULL,
	expires_at timestamp NOT NULL,
	quota      bigint NOT NULL CHECK (quota > 0),
	used       bigint NOT NULL CHECK (used BETWEEN 0 AND quota),
	by_actor   text COLLATE "C" NOT NULL,
	created_at timestamp NOT NULL,
	revoked_by text COLLATE "C" NOT NULL,
	revoked_at timestamp
);

-- What asking for an address of a record gave last.
CREATE TABLE casestudy_address (
	address       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (address <> ''),
	status        bigint NOT NULL, -- of HTTP, 0 without an answer
	fault         text COLLATE "C" NOT NULL, -- '' when it answers
	checked_at    timestamp NOT NULL,
	failing_since timestamp -- NULL: it answers
);

-- One more at each change of what readers see.
CREATE TABLE casestudy_stamp (
	one  bigint NOT NULL PRIMARY KEY CHECK (one = 1),
	turn bigint NOT NULL
);
INSERT INTO casestudy_stamp (one, turn) VALUES (1, 0);

-- A passage of a section that a coder marks with a term; positions are of
-- characters, half-open.
CREATE TABLE casestudy_passage (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	casestudy  text COLLATE "C" NOT NULL,
	number     bigint NOT NULL,
	coder      text COLLATE "C" NOT NULL CHECK (coder <> ''),
	section    text COLLATE "C" NOT NULL,
	begins     bigint NOT NULL CHECK (begins >= 0),
	ends       bigint NOT NULL CHECK (ends > begins),
	list       text COLLATE "C" NOT NULL,
	code       text COLLATE "C" NOT NULL,
	created_at timestamp NOT NULL,
	FOREIGN KEY (casestudy, number) REFERENCES casestudy_version (casestudy, number),
	UNIQUE (casestudy, number, coder, section, begins, ends, list, code)
);

-- A search that somebody with an account is told of when it finds new cases.
CREATE TABLE casestudy_alert (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	query      text COLLATE "C" NOT NULL, -- as in the address
	created_at timestamp NOT NULL,
	told_at    timestamp NOT NULL, -- cases published since are news
	UNIQUE (account, query)
);
