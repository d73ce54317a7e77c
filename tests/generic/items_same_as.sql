{#
    Assumption: the table holds the contexts of `same_as`, each with the same titles in the same order.
    Returns the key and what differs.
#}
{% test items_same_as(model, same_as, names={}) %}
    {{ dmc12.violations(model, ["items_same_as"], same_as=same_as, names=names) }}
{% endtest %}
