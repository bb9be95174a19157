-- +goose Up
-- A passkey: what its authenticator gave, by which the next answers are
-- verified. copied_at is when it answered with a count that goes back: it
-- serves no more.
CREATE TABLE passkey (
	id         text NOT NULL PRIMARY KEY CHECK (length(id) = 26),
	credential text NOT NULL UNIQUE,
	account    text NOT NULL REFERENCES account (id),
	name       text NOT NULL,
	public_key text NOT NULL,
	sign_count bigint NOT NULL CHECK (sign_count >= 0),
	transports text NOT NULL,
	flags      bigint NOT NULL CHECK (flags BETWEEN 0 AND 255),
	copied_at  timestamp,
	created_at timestamp NOT NULL,
	used_at    timestamp
);
CREATE INDEX passkey_account ON passkey (account);
-- Who a person is for an outside provider: a subject is one person's, and a
-- person has one subject of a provider.
CREATE TABLE identity (
	issuer     text NOT NULL,
	subject    text NOT NULL,
	account    text NOT NULL REFERENCES account (id),
	created_at timestamp NOT NULL,
	used_at    timestamp,
	PRIMARY KEY (issuer, subject),
	UNIQUE (account, issuer)
);
-- What was asked of a browser and waits for its answer: taken once.
CREATE TABLE challenge (
	hash       text NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	kind       text NOT NULL,
	account    text REFERENCES account (id),
	data       text NOT NULL,
	expires_at timestamp NOT NULL
);
CREATE INDEX challenge_account ON challenge (account);
