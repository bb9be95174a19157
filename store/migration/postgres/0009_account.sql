-- +goose Up
-- An account that is erased keeps its row, so that its identifier is never given
-- again, and nothing personal: no mail, no name, no factor, no session.
CREATE TABLE account (
	id         text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 26),
	mail       text COLLATE "C" UNIQUE,
	name       text COLLATE "C" NOT NULL,
	lang       text COLLATE "C" NOT NULL CHECK (lang IN ('fr', 'en')),
	disabled   bigint NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
	erased_at  timestamptz,
	version    bigint NOT NULL DEFAULT 1,
	changed_by text COLLATE "C" NOT NULL,
	changed_at timestamptz NOT NULL,
	created_at timestamptz NOT NULL,
	CHECK ((mail IS NULL) = (erased_at IS NOT NULL))
);
CREATE TABLE account_role (
	account text COLLATE "C" NOT NULL REFERENCES account (id),
	role    text COLLATE "C" NOT NULL,
	scope   text COLLATE "C" NOT NULL,
	PRIMARY KEY (account, role, scope)
);
-- What proves who somebody is. totp is sealed with the key of the observatory;
-- totp_step is the last step that was used.
CREATE TABLE factor (
	account     text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES account (id),
	password    text COLLATE "C" NOT NULL DEFAULT '',
	password_at timestamptz,
	totp        text COLLATE "C" NOT NULL DEFAULT '',
	totp_step   bigint NOT NULL DEFAULT 0,
	totp_at     timestamptz
);
CREATE TABLE recovery (
	account text COLLATE "C" NOT NULL REFERENCES account (id),
	hash    text COLLATE "C" NOT NULL CHECK (length(hash) = 64),
	PRIMARY KEY (account, hash)
);
CREATE TABLE session (
	hash       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	id         text COLLATE "C" NOT NULL UNIQUE,
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	created_at timestamptz NOT NULL,
	seen_at    timestamptz NOT NULL,
	signed_at  timestamptz NOT NULL,
	method     text COLLATE "C" NOT NULL,
	address    text COLLATE "C" NOT NULL,
	agent      text COLLATE "C" NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE secret (
	hash       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
	purpose    text COLLATE "C" NOT NULL,
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	mail       text COLLATE "C" NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	used_at    timestamptz
);
CREATE INDEX secret_account ON secret (account, purpose);
CREATE TABLE token (
	id         text COLLATE "C" NOT NULL PRIMARY KEY,
	hash       text COLLATE "C" NOT NULL UNIQUE CHECK (length(hash) = 64),
	account    text COLLATE "C" NOT NULL REFERENCES account (id),
	name       text COLLATE "C" NOT NULL,
	scopes     text COLLATE "C" NOT NULL,
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	used_at    timestamptz
);
CREATE INDEX token_account ON token (account);
-- Tries to sign in that failed, by the hash of an address or of a mail.
CREATE TABLE attempt (
	key     text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(key) = 64),
	failed  bigint NOT NULL,
	last_at timestamptz NOT NULL
);
