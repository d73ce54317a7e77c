{#
    Assumption: a DMC-12 table breaks no invariant that its columns allow to check (docs/invariants.md
    lists them), has the contexts and items of `same_as` (of `same_splits` alone, where given), and
    the labels that `labels_from` has in its column `labels`. One scan returns every violation: key,
    invariant, path and value.
#}
{% test dmc12_valid(model, same_as=none, same_splits=none, labels_from=none, names={}) %}
    {{ dmc12.violations(
        model, names=names, same_as=same_as, same_splits=same_splits, labels_from=labels_from
    ) }}
{% endtest %}
