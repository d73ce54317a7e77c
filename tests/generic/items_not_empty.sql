{#
    Assumption: every context holds items. Returns the keys of those that do not.
#}
{% test items_not_empty(model, names={}) %}
    {{ dmc12.violations(model, ["items_not_empty"], names=names) }}
{% endtest %}
