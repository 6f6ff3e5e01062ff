# BLX takes 3 (model B: indirect P = 2).
    blx r3
