# SMLAL takes 4 to 7 by its data; 6 are charged (model B: xMLAL 6).
    smlal r0, r1, r2, r3
