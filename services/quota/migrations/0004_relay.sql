-- Up to where each line was told, and to whom: promotions and what hearers outside are told go the same way, and neither waits for
-- the other. Compared with the line's own row: whether there is anything to tell is seen without a look at the journal.
CREATE TABLE relay (
    programme  text NOT NULL REFERENCES line,
    hearer     text NOT NULL CHECK (hearer IN ('SUBSIDY', 'OUTSIDE')),
    seq        bigint NOT NULL CHECK (seq >= 0),
    -- Until then a replica is publishing, or it is too soon to publish more.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (programme, hearer)
);

INSERT INTO relay SELECT programme, 'SUBSIDY', seq FROM announced;
INSERT INTO relay SELECT programme, 'OUTSIDE', seq FROM outlet;
DROP TABLE announced;
DROP TABLE outlet;
