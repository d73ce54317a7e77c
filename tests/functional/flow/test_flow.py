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


def test_negatives_leave_out_what_was_played_in_the_window_and_before(small_world, query):
    plays = query(f"select profile_id, show_title_id, played_at from {small_world}.fct_plays")
    played = {}
    for profile, title, at in plays:
        played.setdefault((profile, title), []).append(at)
    drawn = query(
        f"select profile_id, context_at, inline(negatives) from {small_world}.negatives_sampled"
    )
    before = Counter()
    for profile, at, title, strategy, *_ in drawn:
        moments = played.get((profile, title), [])
        assert not any(at <= moment < at + timedelta(hours=6) for moment in moments)
        before[strategy] += any(moment < at for moment in moments)
    of_strategy = Counter(strategy for _, _, _, strategy, *_ in drawn)
    assert set(of_strategy) == {"own", "impressions", "hard", "popularity", "uniform"}
    assert before == {**dict.fromkeys(of_strategy, 0), "own": of_strategy["own"]}


def test_inverse_inclusion_probabilities_add_up_to_the_candidates(small_world, query):
    # the share of its candidates that a context's draw stands for is 1 on average, whatever the mix
    ((mean, deviation, contexts),) = query(
        f"""
        select avg(share), stddev(share), count(*)
        from (
            select
                aggregate(
                    drawn.negatives.inclusion_probability, 0D, (total, chance) -> total + 1 / chance
                )
                / size(array_except(
                    transform(
                        filter(catalogue.titles, title -> title.launched_at < drawn.context_at),
                        title -> title.show_title_id
                    ),
                    transform(sampled.labels, title -> title.show_title_id)
                )) as share
            from {small_world}.negatives_sampled as drawn
            inner join {small_world}.contexts_sampled as sampled using (profile_id, context_at)
            inner join {small_world}.country_titles as catalogue
                on drawn.country_iso_code = catalogue.country_iso_code
        )
        """
    )
    assert contexts > 500
    assert mean == pytest.approx(1, abs=4 * deviation / contexts**0.5)


def test_shortfalls_say_what_each_context_lacks(small_world, query):
    short = query(f"select strategy, wanted, drawn from {small_world}.negative_shortfalls")
    wanted = {"own": 1, "impressions": 1, "hard": 3, "popularity": 4, "uniform": 6}
    assert {strategy for strategy, *_ in short} >= {"own", "hard"}  # first-time profiles have none
    assert all(drawn < wanted[strategy] == quota for strategy, quota, drawn in short)
    missing = query(
        f"""
        select sum({sum(wanted.values())} - size(negatives)) from {small_world}.negatives_sampled
        """
    )
    assert missing == [(sum(quota - drawn for _, quota, drawn in short),)]


def test_popularity_weights_count_plays_before_each_fit_date(small_world, query):
    assert not query(
        f"""
        select * from {small_world}.title_weights as weights
        full join (
            select fitted_at, show_title_id, power(count(*), 0.75D) as weight
            from {small_world}.fct_plays
            inner join (
                select explode(array(
                    timestamp '2026-05-07', timestamp '2026-05-21', timestamp '2026-06-04'
                )) as fitted_at
            ) on played_at < fitted_at
            group by all
        ) as counted using (fitted_at, show_title_id)
        where not weights.weight <=> counted.weight
        """
    )


def test_the_place_of_a_train_item_says_nothing_of_its_label(small_world, query):
    # Pearson's chi-square of quarter of the list by label: 3 degrees of freedom stay below 16.3 but
    # once in 1,000
    counts = query(
        f"""
        select int(4 * place), label, count(*) from (
            select inline(transform(items, (item, position) ->
                struct(item.label, (position + 0.5D) / size(items) as place)))
            from {small_world}.dmc12_labeled where split = 'train'
        ) group by all
        """
    )
    of_quarter, of_label = Counter(), Counter()
    for quarter, label, count in counts:
        of_quarter[quarter] += count
        of_label[label > 0] += count
    total = sum(of_quarter.values())
    expected = {
        (quarter, label > 0): of_quarter[quarter] * of_label[label > 0] / total
        for quarter, label, _ in counts
    }
    assert len(expected) == 8
    assert (
        sum(
            (count - expected[quarter, label > 0]) ** 2 / expected[quarter, label > 0]
            for quarter, label, count in counts
        )
        < 16.3
    )


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
        "blend",
        "boosted",
        "distributed",
        "lambdarank",
        "linear",
        "oracle",
        "own_plays",
        "pointwise",
        "popularity",
        "recent_popularity",
        "stack",
        "xendcg",
    ]
    assert all(status == "trained" and has_text for _, status, has_text, _ in rows)


def test_no_ranker_but_the_oracle_reads_the_truth(small_world, query):
    readers = query(
        f"select ranker from {small_world}.rankers where array_contains(features, 'true_utility')"
    )
    assert readers == [("oracle",)]
