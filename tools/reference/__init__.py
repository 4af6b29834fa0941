"""The reference pages of the documentation, made from the tables that the studio itself reads.

Nothing in them is written by hand: a loss, a setting or a command that is added to its table is on
its page the next time that `make docs` runs.
"""
