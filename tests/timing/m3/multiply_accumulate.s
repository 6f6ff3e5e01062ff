# MLA and MLS take two (Arm 100165 table 3-1).
    mla r0, r1, r2, r3
    mls r0, r1, r2, r0
