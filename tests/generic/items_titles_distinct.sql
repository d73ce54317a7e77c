{#
    Assumption: no context holds a title twice. Returns the key and the titles.
#}
{% test items_titles_distinct(model, names={}) %}
    {{ dmc12.violations(model, ["items_titles_distinct"], names=names) }}
{% endtest %}
