-- +goose Up
CREATE TABLE journal (
	seq        bigint    NOT NULL PRIMARY KEY CHECK (seq > 0),
	at         timestamp NOT NULL,
	actor      text      NOT NULL CHECK (actor <> ''),
	action     text      NOT NULL CHECK (action <> ''),
	object     text      NOT NULL CHECK (object <> ''),
	before_act text      NOT NULL,
	after_act  text      NOT NULL,
	previous   text      NOT NULL UNIQUE,
	hash       text      NOT NULL UNIQUE CHECK (length(hash) = 64)
);

CREATE INDEX journal_object ON journal (object, seq);
CREATE INDEX journal_actor ON journal (actor, seq);

-- The last entry: what the next one follows, and what shows that it was cut.
CREATE TABLE journal_head (
	one  bigint NOT NULL PRIMARY KEY CHECK (one = 1),
	seq  bigint NOT NULL,
	hash text   NOT NULL
);
INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, '');

-- +goose StatementBegin
CREATE TRIGGER journal_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal: entries are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal: entries are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_head_delete BEFORE DELETE ON journal_head BEGIN SELECT RAISE(ABORT, 'journal: the head stays'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_head_update BEFORE UPDATE ON journal_head
WHEN NOT (new.seq = old.seq AND new.hash = old.hash OR new.seq = old.seq + 1)
BEGIN SELECT RAISE(ABORT, 'journal: the head only moves on'); END;
-- +goose StatementEnd
