# A value is stored in the cycle that computes it: data is read late (store data is read late, latency 0:
# jnk0le cortex_m7.md, SLOTHY cortex_m7.py).
    adds r1, #1
    str r1, [r0]
