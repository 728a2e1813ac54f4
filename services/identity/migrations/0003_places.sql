-- A place has one union: programmes find the union that funds a pool by its administrative code (R-38).

-- Only the city federation, districts and streets stand for a place; what others have called theirs would stand in the way.
UPDATE union_node SET administrative_code = '' WHERE kind IN ('industrial', 'unit');

CREATE UNIQUE INDEX one_approved_union_a_place ON union_node (administrative_code)
    WHERE state = 'approved' AND administrative_code <> '';
