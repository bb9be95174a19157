-- +goose Up
-- A passkey: what its authenticator gave, by which the next answers are
-- verified. copied_at is when it answered with a count that goes back: it
-- serves no more.
CREATE TABLE passkey (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 26),
	credential text COLLATE "C" NOT NULL UNIQUE,
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	name       text COLLATE "C" NOT NULL,
	public_key text COLLATE "C" NOT NULL,
	sign_count bigint NOT NULL CHECK (sign_count >= 0),
	transports text COLLATE "C" NOT NULL,
	flags      bigint NOT NULL CHECK (flags BETWEEN 0 AND 255),
	copied_at  timestamptz,
	created_at timestamptz NOT NULL,
	used_at    timestamptz
);
CREATE INDEX passkey_account ON passkey (account);
-- Who a person is for an outside provider: a subject is one person's, and a
-- person has one subject of a provider.
CREATE TABLE identity (
	issuer     text COLLATE "C" NOT NULL,
	subject    text COLLATE "C" NOT NULL,
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	created_at timestamptz NOT NULL,
	used_at    timestamptz,
	PRIMARY KEY (issuer, subject),
	UNIQUE (account, issuer)
);
-- What was asked of a browser and waits for its answer: taken once.
CREATE TABLE challenge (
	hash       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	kind       text COLLATE "C" NOT NULL,
	account    text COLLATE "C" REFERENCES account (id),
	data       text COLLATE "C" NOT NULL,
	expires_at timestamptz NOT NULL
);
CREATE INDEX challenge_account ON challenge (account);
