-- Everything that a batch of arrivals puts in, in one statement, which does nothing where the row of the line is not what it
-- must be (docs/decisions/0010-arrivals-are-folded-by-one-statement.md).
WITH expected AS MATERIALIZED (
    SELECT FROM line
    WHERE programme = $1 AND epoch = $15 AND last_seq = $35 AND last_chain = $36 AND mode = $37 FOR UPDATE
), arrived AS (
    INSERT INTO place (programme, application, person, arrival, round, seq, state, standings)
    SELECT $1, application, person, arrival, round, seq, state, standings::json
    FROM UNNEST($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[])
         AS arrived (application, person, arrival, round, seq, state, standings)
    WHERE EXISTS (SELECT FROM expected)
), seated AS (
    INSERT INTO holder (programme, pool, seat_no, application)
    SELECT $1, * FROM UNNEST($9::text[], $10::int[], $11::uuid[]) WHERE EXISTS (SELECT FROM expected)
), waits AS (
    INSERT INTO waiting (programme, pool, entered, application)
    SELECT $1, * FROM UNNEST($12::text[], $13::bigint[], $14::uuid[]) WHERE EXISTS (SELECT FROM expected)
), folded AS (
    INSERT INTO operation
        (programme, epoch, seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)
    SELECT $1, $15, seq, op_id, kind, body, body_hash, chain, digest, decision::json, promoted::json
    FROM UNNEST($16::bigint[], $17::uuid[], $18::text[], $19::text[], $20::bytea[], $21::bytea[], $22::bytea[],
                $23::text[], $24::text[])
         AS folded (seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)
    WHERE EXISTS (SELECT FROM expected)
), figures AS (
    INSERT INTO pool (programme, pool, union_id, number, capacity, waiting, taken)
    SELECT $1, *, 0 FROM UNNEST($25::text[], $26::uuid[], $27::int[], $28::int[], $29::int[])
    WHERE EXISTS (SELECT FROM expected)
    ON CONFLICT (programme, pool) DO UPDATE SET capacity = EXCLUDED.capacity, waiting = EXCLUDED.waiting
)
UPDATE line SET last_seq = $30, last_chain = $31, digest = $32, open_round = $33, arrivals = $34
WHERE programme = $1 AND EXISTS (SELECT FROM expected)
