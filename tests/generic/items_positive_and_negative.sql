{#
    Assumption: a train context holds a positive item and a negative one. Returns the key and what it
    lacks.
#}
{% test items_positive_and_negative(model, names={}) %}
    {{ dmc12.violations(model, ["items_positive_and_negative"], names=names) }}
{% endtest %}
