{#
    Assumption: no double of an item, label, weight, features and scores, is NaN or infinite. Returns
    key, path and value.
#}
{% test items_finite(model, names={}) %}
    {{ dmc12.violations(model, ["items_finite"], names=names) }}
{% endtest %}
