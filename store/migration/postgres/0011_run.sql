-- +goose Up
CREATE TABLE run (
	id          text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	kind        text COLLATE "C" NOT NULL CHECK (kind <> ''),
	what        text COLLATE "C" NOT NULL,
	args        text COLLATE "C" NOT NULL, -- JSON; '': done in the foreground, never taken again
	by_actor    text COLLATE "C" NOT NULL CHECK (by_actor <> ''),
	event       text COLLATE "C" UNIQUE,   -- what it is the run of, once
	state       text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
	step        text COLLATE "C" NOT NULL,
	done        bigint           NOT NULL,
	total       bigint           NOT NULL,
	result      text COLLATE "C" NOT NULL,
	fault_what  text COLLATE "C" NOT NULL,
	fault_do    text COLLATE "C" NOT NULL,
	attempt     bigint           NOT NULL,
	next_at     timestamptz      NOT NULL,
	holder      text COLLATE "C" NOT NULL,
	lease_until timestamptz      NOT NULL,
	created_at  timestamptz      NOT NULL,
	started_at  timestamptz,
	ended_at    timestamptz
);

CREATE INDEX run_state ON run (state, next_at);
CREATE INDEX run_created ON run (created_at);

CREATE TABLE mail (
	id          text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
	event       text COLLATE "C" NOT NULL UNIQUE CHECK (event <> ''), -- one mail, once
	recipient   text COLLATE "C" NOT NULL, -- '' once it has left
	subject     text COLLATE "C" NOT NULL,
	body        text COLLATE "C" NOT NULL, -- '' as soon as it is sent or given up
	state       text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
	handed      bigint           NOT NULL CHECK (handed IN (0, 1)), -- the last byte may have gone
	fault_what  text COLLATE "C" NOT NULL,
	fault_do    text COLLATE "C" NOT NULL,
	attempt     bigint           NOT NULL,
	next_at     timestamptz      NOT NULL,
	holder      text COLLATE "C" NOT NULL,
	lease_until timestamptz      NOT NULL,
	created_at  timestamptz      NOT NULL,
	ended_at    timestamptz
);

CREATE INDEX mail_state ON mail (state, next_at);
