-- +goose Up
CREATE TABLE run (
	id          text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	kind        text      NOT NULL CHECK (kind <> ''),
	what        text      NOT NULL,
	args        text      NOT NULL, -- JSON; '': done in the foreground, never taken again
	by_actor    text      NOT NULL CHECK (by_actor <> ''),
	event       text      UNIQUE,   -- what it is the run of, once
	state       text      NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
	step        text      NOT NULL,
	done        bigint    NOT NULL,
	total       bigint    NOT NULL,
	result      text      NOT NULL,
	fault_what  text      NOT NULL,
	fault_do    text      NOT NULL,
	attempt     bigint    NOT NULL,
	next_at     timestamp NOT NULL,
	holder      text      NOT NULL,
	lease_until timestamp NOT NULL,
	created_at  timestamp NOT NULL,
	started_at  timestamp,
	ended_at    timestamp
);

CREATE INDEX run_state ON run (state, next_at);
CREATE INDEX run_created ON run (created_at);

CREATE TABLE mail (
	id          text      NOT NULL PRIMARY KEY CHECK (id <> ''),
	event       text      NOT NULL UNIQUE CHECK (event <> ''), -- one mail, once
	recipient   text      NOT NULL, -- '' once it has left
	subject     text      NOT NULL,
	body        text      NOT NULL, -- '' as soon as it is sent or given up
	state       text      NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
	handed      bigint    NOT NULL CHECK (handed IN (0, 1)), -- the last byte may have gone
	fault_what  text      NOT NULL,
	fault_do    text      NOT NULL,
	attempt     bigint    NOT NULL,
	next_at     timestamp NOT NULL,
	holder      text      NOT NULL,
	lease_until timestamp NOT NULL,
	created_at  timestamp NOT NULL,
	ended_at    timestamp
);

CREATE INDEX mail_state ON mail (state, next_at);
