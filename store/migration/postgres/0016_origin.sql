-- +goose Up
-- A file may be brought from an address: it is not there yet, or never comes.
-- One that was set aside goes after a while; its row stays.
ALTER TABLE delivery ALTER COLUMN file DROP NOT NULL; -- NULL: not there yet, or gone
ALTER TABLE delivery DROP CONSTRAINT delivery_size_check;
ALTER TABLE delivery ADD CHECK (size >= 0); -- 0: not there yet
ALTER TABLE delivery ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT ''; -- the address that it comes from, '' from a person's machine
ALTER TABLE delivery ADD COLUMN fetch_run text COLLATE "C" NOT NULL DEFAULT ''; -- brings it
ALTER TABLE delivery ADD CHECK (file IS NOT NULL OR state <> 'kept');
ALTER TABLE delivery ADD CHECK (file IS NULL OR size > 0);

-- The address that the file of a dataset came from.
ALTER TABLE dataset ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT '';
