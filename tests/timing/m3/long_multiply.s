# UMULL takes 3 to 5 by its data; 4 are charged (model B: xMULL 4).
    umull r0, r1, r2, r3
