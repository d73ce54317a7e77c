"""Draws of negatives: which titles a context is trained against, and how likely each was drawn.

Needs neither Spark nor dbt; docs/negatives.md has the algorithm, its cost and its exactness.
"""
