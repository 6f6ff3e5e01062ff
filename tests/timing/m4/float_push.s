# VPUSH counts words: a double is two (Arm DDI0439D table 7-1).
    vpush {d8-d11}
