# A taken branch behind a 32-bit or flag-setting instruction takes 2; pairing with 16-bit ones is left out
# (jnk0le cortex_m33.md).
    b 1f
    nop
1:
    nop
