-- Whether the times of a day are pairs, each later than the one before: opens, closes, opens, closes.
CREATE FUNCTION schedules_in_order(times time[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cardinality(times) % 2 = 0
        AND NOT EXISTS (
            SELECT 1 FROM generate_subscripts(times, 1) AS place
            WHERE times[place] IS NULL OR place > 1 AND times[place] <= times[place - 1]
        )
$$;
