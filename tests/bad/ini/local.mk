# Malformed experiments and what is said about them; replayed by tests/unit/conf.
EXTRA_DIST += %D%
