"""Ranks, which break ties, and the test that finds others."""

import random

from evaluation import Context


def test_ranks_break_ties_by_the_array(evaluation):
    draw = random.Random(12)
    lists = [draw.choices([-0.0, 0.0, 0.25, 3.0], k=draw.randint(1, 5)) for _ in range(100)]
    models = evaluation()
    models.run([Context([1] * len(scores), {"a": scores, "b": scores[::-1]}) for scores in lists])
    rows = models.rows("select profile_id, items from dmc12_ranked")
    assert len(rows) == 100
    for row in rows:
        for ranker, step in (("a", 1), ("b", -1)):
            scores = lists[row.profile_id][::step]
            positions = sorted(range(len(scores)), key=[-score for score in scores].__getitem__)
            ranks = [positions.index(position) + 1 for position in range(len(scores))]
            assert [item.ranks[ranker] for item in row["items"]] == ranks
    assert models.violations("items_ranks_permutation") == []
    assert models.violations("metrics_in_range") == []
