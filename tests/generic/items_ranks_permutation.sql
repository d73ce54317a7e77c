{#
    Assumption: each ranker's ranks are 1..n, fall with its scores, and follow the array's order where
    scores are equal. Returns key, ranker and its items in the order of their ranks.
#}
{% test items_ranks_permutation(model, names={}) %}
    {{ dmc12.violations(model, ["items_ranks_permutation"], names=names) }}
{% endtest %}
