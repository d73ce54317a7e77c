"""The whole flow, built on a small world: what its tables say."""

from collections import Counter
from datetime import timedelta

import pytest


def test_a_learned_ranker_stands_between_the_baselines_and_the_oracle(small_world, query):
    ndcg = dict(
        query(
            f"select ranker, value from {small_world}.metrics_by_slice where split = 'test'"
            " and slice = 'all' and weighting = 'plain' and metric = 'ndcg' and k = 10"
        )
    )
    best_baseline = max(ndcg["popularity"], ndcg["recent_popularity"], ndcg["own_plays"])
    assert best_baseline < ndcg["lambdarank"] < ndcg["oracle"]


def test_every_play_of_the_world_is_accepted(small_world, query):
    checked = f"select count(*), sum(size(reasons)) from {small_world}.plays_checked"
    accepted = query(f"select count(*) from {small_world}.fct_plays")[0][0]
    assert accepted > 1000
    assert query(checked) == [(accepted, 0)]


def test_contexts_are_visits_and_labels_are_what_they_played(small_world, query):
    plays = query(
        "select profile_id, played_at, show_title_id, launched_at"
        f" from {small_world}.fct_plays order by profile_id, played_at"
    )
    visits = {}
    last = (None, None)
    for profile, played_at, _, _ in plays:
        if profile != last[0] or played_at - last[1] >= timedelta(hours=4):
            visits[profile, played_at] = set()
        last = (profile, played_at)
    for (visitor, start), played in visits.items():
        played |= {
            title
            for profile, played_at, title, launched_at in plays
            if profile == visitor
            and start <= played_at < start + timedelta(hours=6)
            and launched_at < start
        }
    contexts = query(f"select profile_id, context_at, labels from {small_world}.contexts")
    assert len(contexts) == len(visits) > 1000
    assert visits == {
        (profile, at): {label.show_title_id for label in labels} for profile, at, labels in contexts
    }
    assert {label.label for _, _, labels in contexts for label in labels} == {1.0}


def test_splits_do_not_overlap_in_time(small_world, query):
    bounds = {
        split: (first, last)
        for split, first, last in query(
            "select split, min(context_at), max(label_until) from"
            f" {small_world}.contexts_tagged where split in ('train', 'validation', 'test')"
            " group by split"
        )
    }
    assert bounds["train"][1] <= bounds["validation"][0]
    assert bounds["validation"][1] <= bounds["test"][0]


def test_evaluation_ranks_every_eligible_title(small_world, query):
    assert not query(
        f"""
        select scored.profile_id, scored.context_at
        from {small_world}.dmc12_scored as scored
        inner join {small_world}.country_titles as catalogue using (country_iso_code)
        where array_sort(transform(scored.items, item -> item.show_title_id)) <> transform(
            filter(catalogue.titles, title -> title.launched_at < scored.context_at),
            title -> title.show_title_id
        )
        """
    )


def test_train_holds_the_positives_and_the_drawn_negatives(small_world, query):
    assert not query(
        f"""
        select labeled.profile_id, labeled.context_at
        from {small_world}.dmc12_labeled as labeled
        inner join {small_world}.negatives_sampled as drawn using (profile_id, context_at)
        inner join {small_world}.contexts_sampled as sampled using (profile_id, context_at)
        where array_sort(transform(labeled.items, item -> item.show_title_id)) <> array_sort(concat(
            transform(sampled.labels, title -> title.show_title_id),
            transform(drawn.negatives, negative -> negative.show_title_id)
        ))
        """
    )


def test_negatives_are_distinct_launched_and_available(small_world, query):
    assert not query(
        f"""
        select drawn.profile_id, negative.show_title_id
        from (
            select *, explode(negatives) as negative from {small_world}.negatives_sampled
        ) as drawn
        inner join {small_world}.titles on negative.show_title_id = titles.show_title_id
        where
            titles.launched_at >= drawn.context_at
            or not arrays_overlap(titles.country_iso_codes, array('*', drawn.country_iso_code))
            or size(drawn.negatives)
            > size(array_distinct(transform(drawn.negatives, other -> other.show_title_id)))
        """
    )


def test_uniform_draws_are_uniform(small_world, query):
    # A context's first uniform negative is equally likely to be any title that was out and not
    # played; by Pearson's chi-square, 59 degrees of freedom stay below 98.3 but once in 1,000.
    contexts = query(
        f"""
        select
            get(drawn.negatives, 0).show_title_id,
            array_except(
                transform(
                    filter(catalogue.titles, title -> title.launched_at < drawn.context_at),
                    title -> title.show_title_id
                ),
                transform(sampled.labels, title -> title.show_title_id)
            )
        from {small_world}.negatives_sampled as drawn
        inner join {small_world}.contexts_sampled as sampled using (profile_id, context_at)
        inner join {small_world}.country_titles as catalogue
            on drawn.country_iso_code = catalogue.country_iso_code
        """
    )
    drawn, expected = Counter(), Counter()
    for first, candidates in contexts:
        drawn[first] += 1
        for title in candidates:
            expected[title] += 1 / len(candidates)
    assert set(drawn) <= set(expected)
    assert sum((drawn[title] - mean) ** 2 / mean for title, mean in expected.items()) < 98.3


def test_popularity_slots_follow_the_stated_weight(small_world, query):
    weights = dict(
        query(
            f"select show_title_id, power(count(*), 0.75) from {small_world}.fct_plays"
            " where played_at < '2026-06-11' group by show_title_id"
        )
    )
    for titles, slots in query(
        f"select titles, popularity_slots from {small_world}.negative_slots"
    ):
        total = sum(weights.get(title.show_title_id, 0) for title in titles)
        for position, title in enumerate(titles):
            wanted = 32 * len(titles) * weights.get(title.show_title_id, 0) / total
            assert slots.count(position) == title.popularity_slots
            assert abs(title.popularity_slots - wanted) <= max(0.5, 1 - wanted)


def test_the_place_of_an_item_says_nothing_of_its_label(small_world, query):
    ((mean, contexts),) = query(
        f"""
        select avg(place), count(*) from (
            select inline(transform(items, (item, position) ->
                struct(item.label, (position + 0.5D) / size(items) as place)))
            from {small_world}.dmc12_scored
        ) where label > 0
        """
    )
    standard_error = (1 / 12 / contexts) ** 0.5
    assert mean == pytest.approx(0.5, abs=4 * standard_error)


def test_the_sample_is_the_first_by_hash_of_each_stratum(small_world, query):
    audit = query(f"select population, target, kept from {small_world}.sampling_audit")
    assert all(kept == target <= population for population, target, kept in audit)
    assert sum(kept for _, _, kept in audit) == query(
        f"select count(*) from {small_world}.contexts_sampled"
    )[0][0]  # fmt: skip


def test_the_registry_keeps_what_was_trained(small_world, query):
    rows = query(
        "select ranker, status, text is not null, size(features)"
        f" from {small_world}.rankers order by ranker"
    )
    assert [row[0] for row in rows] == [
        "lambdarank",
        "oracle",
        "own_plays",
        "popularity",
        "recent_popularity",
    ]
    assert all(status == "trained" and has_text for _, status, has_text, _ in rows)


def test_no_ranker_but_the_oracle_reads_the_truth(small_world, query):
    readers = query(
        f"select ranker from {small_world}.rankers where array_contains(features, 'true_utility')"
    )
    assert readers == [("oracle",)]
