-- +goose Up
-- An account that is erased keeps its row, so that its identifier is never given
-- again, and nothing personal: no mail, no name, no factor, no session.
CREATE TABLE account (
	id         text NOT NULL PRIMARY KEY CHECK (length(id) = 26),
	mail       text UNIQUE,
	name       text NOT NULL,
	lang       text NOT NULL CHECK (lang IN ('fr', 'en')),
	disabled   bigint NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
	erased_at  timestamp,
	version    bigint NOT NULL DEFAULT 1,
	changed_by text NOT NULL,
	changed_at timestamp NOT NULL,
	created_at timestamp NOT NULL,
	CHECK ((mail IS NULL) = (erased_at IS NOT NULL))
);
CREATE TABLE account_role (
	account text NOT NULL REFERENCES account (id),
	role    text NOT NULL,
	scope   text NOT NULL,
	PRIMARY KEY (account, role, scope)
);
-- What proves who somebody is. totp is sealed with the key of the observatory;
-- totp_step is the last step that was used.
CREATE TABLE factor (
	account     text NOT NULL PRIMARY KEY REFERENCES account (id),
	password    text NOT NULL DEFAULT '',
	password_at timestamp,
	totp        text NOT NULL DEFAULT '',
	totp_step   bigint NOT NULL DEFAULT 0,
	totp_at     timestamp
);
CREATE TABLE recovery (
	account text NOT NULL REFERENCES account (id),
	hash    text NOT NULL CHECK (length(hash) = 64),
	PRIMARY KEY (account, hash)
);
CREATE TABLE session (
	hash       text NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	id         text NOT NULL UNIQUE,
	account    text NOT NULL REFERENCES account (id),
	created_at timestamp NOT NULL,
	seen_at    timestamp NOT NULL,
	signed_at  timestamp NOT NULL,
	method     text NOT NULL,
	address    text NOT NULL,
	agent      text NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE secret (
	hash       text NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	purpose    text NOT NULL,
	account    text NOT NULL REFERENCES account (id),
	mail       text NOT NULL DEFAULT '',
	created_at timestamp NOT NULL,
	expires_at timestamp NOT NULL,
	used_at    timestamp
);
CREATE INDEX secret_account ON secret (account, purpose);
CREATE TABLE token (
	id         text NOT NULL PRIMARY KEY,
	hash       text NOT NULL UNIQUE CHECK (length(hash) = 64),
	account    text NOT NULL REFERENCES account (id),
	name       text NOT NULL,
	scopes     text NOT NULL,
	created_at timestamp NOT NULL,
	expires_at timestamp NOT NULL,
	used_at    timestamp
);
CREATE INDEX token_account ON token (account);
-- Tries to sign in that failed, by the hash of an address or of a mail.
CREATE TABLE attempt (
	key     text NOT NULL PRIMARY KEY CHECK (length(key) = 64),
	failed  bigint NOT NULL,
	last_at timestamp NOT NULL
);
