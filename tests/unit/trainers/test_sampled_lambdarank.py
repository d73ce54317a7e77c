"""With weights of 1 the gradients are LightGBM's; with inverse probabilities they are undone."""

import lightgbm
import numpy as np
import pytest

from dmc12.trainers.sampled_lambdarank import SampledLambdarank

LOW, HIGH = 0.02, 0.04  # two penalties, by which a gradient and its hessian are told apart
SIZES = np.array([9, 40, 1, 25, 5])


def world(seed, labels=(0, 1), sizes=SIZES):
    rng = np.random.default_rng(seed)
    n = int(sizes.sum())
    return rng.choice(labels, n).astype(float), rng.normal(size=n)


def gradients(labels, scores, sizes, weights=None, **settings):
    settings = {"truncation_level": 30, "norm": True} | settings
    weights = np.ones(len(labels)) if weights is None else weights
    return SampledLambdarank(labels, weights, sizes, **settings)(scores)


def lightgbms_own(labels, scores, sizes, truncation_level, norm):
    """A tree's value is -gradient / hessian, so stumps of one item each show LightGBM's own."""
    n = len(labels)
    found = np.empty((2, n))
    settings = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": truncation_level,
        "lambdarank_norm": norm,
        "min_data_in_leaf": 0,
        "min_sum_hessian_in_leaf": 0.0,
        "num_leaves": 2,
        "learning_rate": 1.0,
        "verbosity": -1,
        "boost_from_average": False,
        "min_data_in_bin": 1,
    }
    for item in range(n):
        for place, l2 in enumerate((LOW, HIGH)):
            alone = (np.arange(n) == item).astype(float)[:, None]
            data = lightgbm.Dataset(alone, labels, group=sizes, init_score=scores)
            booster = lightgbm.train(settings | {"lambda_l2": l2}, data, 1)
            found[place, item] = booster.predict([[1.0]], raw_score=True)[0]
    # value = -g / (h + l2), at two l2
    with np.errstate(invalid="ignore"):
        hessian = (found[0] * LOW - found[1] * HIGH) / (found[1] - found[0])
    return -found[0] * (hessian + LOW), hessian


@pytest.mark.parametrize(("truncation_level", "norm"), [(30, True), (5, True), (30, False)])
def test_with_weights_of_one_the_gradients_are_lightgbms(truncation_level, norm):
    sizes = np.array([6, 11])
    labels, scores = world(3, labels=(0, 1, 2), sizes=sizes)
    ours = gradients(labels, scores, sizes, truncation_level=truncation_level, norm=norm)
    theirs = lightgbms_own(labels, scores, sizes, truncation_level, norm)
    moved = np.isfinite(theirs[1])  # an item that hardly moves makes no tree
    assert moved.sum() >= 5
    np.testing.assert_allclose(ours[0][moved], theirs[0][moved], rtol=2e-3)
    np.testing.assert_allclose(ours[1][moved], theirs[1][moved], rtol=2e-2)


def test_an_item_stands_for_as_many_as_it_weighs():
    labels, scores, one = np.array([1.0, 0, 0]), np.array([1.0, 0.5, 0.1]), np.array([3])
    light, _ = gradients(labels, scores, one, norm=False)
    heavy, _ = gradients(labels, scores, one, np.array([1.0, 3, 1]), norm=False)
    # three items at ranks 1 to 3 instead of one at rank 1
    apart = 1 - 1 / np.log2([3.0, 4.0, 5.0])
    assert heavy[1] / light[1] == pytest.approx(apart.sum() / apart[0])
    # the last item stands at rank 4, counted from 0, no longer at 2
    assert heavy[2] / light[2] == pytest.approx((1 - 1 / np.log2(6)) / (1 - 1 / np.log2(4)))


def test_a_corrected_draw_gives_the_positives_the_gradients_of_all_candidates():
    rng = np.random.default_rng(5)
    n, share, draws = 3_000, 0.12, 200
    labels = np.zeros(n)
    labels[:20] = 1.0
    scores = rng.normal(size=n) + labels
    settings = {"truncation_level": 1_000, "norm": False}
    whole = gradients(labels, scores, np.array([n]), **settings)[0][:20]
    corrected, naive = np.zeros(20), np.zeros(20)
    for _ in range(draws):
        kept = np.flatnonzero((labels > 0) | (rng.random(n) < share))
        weights = np.where(labels[kept] > 0, 1.0, 1 / share)
        size = np.array([len(kept)])
        corrected += (
            gradients(labels[kept], scores[kept], size, weights, **settings)[0][:20] / draws
        )
        naive += gradients(labels[kept], scores[kept], size, **settings)[0][:20] / draws
    error = np.abs(corrected - whole).sum() / np.abs(whole).sum()
    assert error < 0.15
    assert np.abs(naive - whole).sum() / np.abs(whole).sum() > 4 * error


def test_a_context_counts_by_its_lightest_item():
    labels, scores = world(4)
    weights = np.where(labels > 0, 1.0, 7.0)
    light = gradients(labels, scores, SIZES, weights)
    heavy = gradients(labels, scores, SIZES, 3 * weights)
    np.testing.assert_allclose(heavy, 3 * np.array(light))


def test_gradients_of_a_context_add_to_zero_and_one_label_gives_none():
    labels, scores = world(4)
    gradient, hessian = gradients(labels, scores, SIZES)
    ends = np.cumsum(SIZES)
    for start, end in zip(ends - SIZES, ends, strict=True):
        assert gradient[start:end].sum() == pytest.approx(0, abs=1e-12)
    assert (hessian >= 0).all()
    assert not np.any(gradients(np.ones(75), np.zeros(75), np.array([75])))
