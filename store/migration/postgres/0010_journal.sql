-- +goose Up
CREATE TABLE journal (
	seq        bigint           NOT NULL PRIMARY KEY CHECK (seq > 0),
	at         timestamptz      NOT NULL,
	actor      text COLLATE "C" NOT NULL CHECK (actor <> ''),
	action     text COLLATE "C" NOT NULL CHECK (action <> ''),
	object     text COLLATE "C" NOT NULL CHECK (object <> ''),
	before_act text COLLATE "C" NOT NULL,
	after_act  text COLLATE "C" NOT NULL,
	previous   text COLLATE "C" NOT NULL UNIQUE,
	hash       text COLLATE "C" NOT NULL UNIQUE CHECK (length(hash) = 64)
);

CREATE INDEX journal_object ON journal (object, seq);
CREATE INDEX journal_actor ON journal (actor, seq);

-- The last entry: what the next one follows, and what shows that it was cut.
CREATE TABLE journal_head (
	one  bigint           NOT NULL PRIMARY KEY CHECK (one = 1),
	seq  bigint           NOT NULL,
	hash text COLLATE "C" NOT NULL
);
INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, '');

-- +goose StatementBegin
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'journal: entries are only added';
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION journal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT (new.seq = old.seq AND new.hash = old.hash OR new.seq = old.seq + 1) THEN
		RAISE EXCEPTION 'journal: the head only moves on';
	END IF;
	RETURN new;
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_head_delete BEFORE DELETE OR TRUNCATE ON journal_head FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_head_update BEFORE UPDATE ON journal_head FOR EACH ROW EXECUTE FUNCTION journal_move();
