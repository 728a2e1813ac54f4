-- What a batch of reservations writes, with nothing that costs a look at another table for each row
-- (docs/decisions/0009-holders-are-counted-by-the-tables.md). There has been no release: old and new need not run side by side.

-- Who holds which seat: one holder a seat, and no more holders than the pool has seats, for the tables count them.
CREATE TABLE holder (
    programme    text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    seat_no      integer NOT NULL CHECK (seat_no > 0),
    application  uuid NOT NULL,
    PRIMARY KEY (programme, pool, seat_no)
);

-- Who waits, in the order of entry (R-14).
CREATE TABLE waiting (
    programme    text COLLATE "C" NOT NULL,
    pool         text COLLATE "C" NOT NULL,
    entered      bigint NOT NULL CHECK (entered > 0),
    application  uuid NOT NULL,
    PRIMARY KEY (programme, pool, entered)
);

INSERT INTO holder SELECT programme, pool, seat_no, application FROM standing WHERE state = 'SEATED';
INSERT INTO waiting SELECT programme, pool, entered, application FROM standing WHERE state = 'WAITING';

-- How a place stands in each pool, widest scope first, later pools last (R-13): [{"pool", "seat"?, "entered"?}]. With a seat it
-- holds that one, with `entered` it waits, with neither it has left.
ALTER TABLE place ADD COLUMN standings json NOT NULL DEFAULT '[]';
UPDATE place SET standings = kept.standings
FROM (SELECT programme, application,
             json_agg(json_strip_nulls(json_build_object(
                 'pool', pool, 'seat', seat_no, 'entered', CASE WHEN state = 'WAITING' THEN entered END))
                 ORDER BY number) AS standings
      FROM standing GROUP BY programme, application) AS kept
WHERE place.programme = kept.programme AND place.application = kept.application;
ALTER TABLE place ALTER COLUMN standings DROP DEFAULT;

DROP TABLE standing;
DROP TABLE seat;

-- R-15: counted here, of rows that are there; pool_is_not_oversold does the rest.
CREATE FUNCTION count_holders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pool SET taken = taken + moved.holders * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    FROM (SELECT programme, pool, count(*)::int AS holders FROM moved_rows GROUP BY programme, pool) AS moved
    WHERE pool.programme = moved.programme AND pool.pool = moved.pool;
    RETURN NULL;
END $$;

CREATE TRIGGER holder_sits_down AFTER INSERT ON holder
    REFERENCING NEW TABLE AS moved_rows FOR EACH STATEMENT EXECUTE FUNCTION count_holders();
CREATE TRIGGER holder_gets_up AFTER DELETE ON holder
    REFERENCING OLD TABLE AS moved_rows FOR EACH STATEMENT EXECUTE FUNCTION count_holders();

-- R-16, looked at when a transaction ends: in it, a seat goes from hand to hand.
ALTER TABLE pool DROP CONSTRAINT pool_has_no_free_seat_while_somebody_waits;

CREATE FUNCTION refuse_free_seat_while_somebody_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pool WHERE programme = NEW.programme AND pool = NEW.pool AND waiting > 0 AND taken < capacity) THEN
        RAISE EXCEPTION 'pool % of % has a free seat, and somebody waits', NEW.pool, NEW.programme
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_has_no_free_seat_while_somebody_waits';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER pool_has_no_free_seat_while_somebody_waits AFTER INSERT OR UPDATE ON pool
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.waiting > 0 AND NEW.taken < NEW.capacity)
    EXECUTE FUNCTION refuse_free_seat_while_somebody_waits();

-- A line is never taken away, and whoever writes these rows has locked it.
ALTER TABLE operation DROP CONSTRAINT operation_programme_fkey;
ALTER TABLE place DROP CONSTRAINT place_programme_fkey;

-- Names are compared as bytes: by the rules of a language, each row of an index costs more than the rest of it.
ALTER TABLE operation ALTER COLUMN programme TYPE text COLLATE "C";
ALTER TABLE place ALTER COLUMN programme TYPE text COLLATE "C";

-- Redis' chain as the bytes that it is.
ALTER TABLE operation DROP CONSTRAINT operation_chain_check, ALTER COLUMN chain TYPE bytea USING decode(chain, 'hex'),
    ADD CONSTRAINT operation_chain_check CHECK (octet_length(chain) = 20);
ALTER TABLE line DROP CONSTRAINT line_last_chain_check, ALTER COLUMN last_chain TYPE bytea USING decode(last_chain, 'hex'),
    ADD CONSTRAINT line_last_chain_check CHECK (octet_length(last_chain) = 20);

-- Redis is away: each replica orders its own queue under the lock of the row.
ALTER TABLE line DROP CONSTRAINT line_mode_check,
    ADD CONSTRAINT line_mode_check CHECK (mode IN ('LOG', 'DIRECT', 'HALTED'));

-- When the PostgreSQL server began that some replica has compared with Redis, and seen to show all that was ever committed. One
-- that was set back began later than it says here.
ALTER TABLE line ADD COLUMN vouched_for timestamptz;

-- What the chain of a line was at a moment, signed by a key that the database does not hold, and open to everybody.
CREATE TABLE checkpoint (
    programme  text NOT NULL REFERENCES line,
    seq        bigint NOT NULL CHECK (seq > 0),
    digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
    arrivals   bigint NOT NULL CHECK (arrivals >= 0),
    made_at    timestamptz NOT NULL,
    key_id     text NOT NULL,
    signature  bytea NOT NULL,
    PRIMARY KEY (programme, seq)
);
