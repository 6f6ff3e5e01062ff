# Stores in a row take one cycle each (model B).
    str r1, [r0]
    str r2, [r0, #4]
