{#
    Assumption: every weight is above 0. Returns key, path and weight.
#}
{% test items_weights_positive(model, names={}) %}
    {{ dmc12.violations(model, ["items_weights_positive"], names=names) }}
{% endtest %}
