{#
    Assumption: no label is below 0. Returns key, path and label.
#}
{% test items_labels_not_negative(model, names={}) %}
    {{ dmc12.violations(model, ["items_labels_not_negative"], names=names) }}
{% endtest %}
