-- Up to where each line was told to hearers outside (docs/decisions/0013-the-line-is-told-outside.md), apart from its row and from
-- promotions: neither waits for the other. What happened before there was an outlet is not told.
CREATE TABLE outlet (
    programme  text PRIMARY KEY REFERENCES line,
    seq        bigint NOT NULL CHECK (seq >= 0),
    -- Until then a replica is publishing, or it is too soon to publish more.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);

INSERT INTO outlet (programme, seq) SELECT programme, last_seq FROM line;
