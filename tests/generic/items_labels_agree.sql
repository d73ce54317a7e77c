{#
    Assumption: the positive items are those that the context's label window (the column `labels` of
    `labels_from`) holds, with its labels: negatives are really negative. Returns the key and the
    titles that differ.
#}
{% test items_labels_agree(model, labels_from, names={}) %}
    {{ dmc12.violations(model, ["items_labels_agree"], labels_from=labels_from, names=names) }}
{% endtest %}
