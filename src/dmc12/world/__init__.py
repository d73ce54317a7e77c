"""The shipped world: a simulator of who plays what, and the true utilities behind its choices.

`simulate` makes the raw tables of a `WorldSpec`, `Truth` knows why; the formula: `docs/world.md`.
"""
