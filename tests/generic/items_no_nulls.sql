{#
    Assumption: no column is null, nor an item, nor a field of one at any depth. Returns key, path and null.
#}
{% test items_no_nulls(model, names={}) %}
    {{ dmc12.violations(model, ["items_no_nulls"], names=names) }}
{% endtest %}
