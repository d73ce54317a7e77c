{#
    What `context_rules` ask of a context, as SQL by name: its columns but the items, and of these the
    titles, the labels and, of each ranker whose ranks are held, `by_rank`.

    | call                                                       | output                                           |
    |------------------------------------------------------------|--------------------------------------------------|
    | {{ asked_of_context({split: string, items: ...}, [a], names) }} | {split: `split`, titles: items.`show_title_id`, |
    |                                                            |  labels: items.`label`, by_rank_a: <sql>}        |
#}
{% macro asked_of_context(columns, rankers, names) %}
    {% set asked = {} %}
    {% for column in columns if column != names.item_array %}
        {% do asked.update({column: adapter.quote(column)}) %}
    {% endfor %}
    {% do asked.update({"titles": dmc12.field(names.item_array, names.title)}) %}
    {% if names.label in dmc12.struct_leaves(columns.get(names.item_array, "bigint")) %}
        {% do asked.update({"labels": dmc12.field(names.item_array, names.label)}) %}
    {% endif %}
    {% for ranker in rankers %}{% do asked.update({"by_rank_" ~ ranker: dmc12.by_rank(ranker, names)}) %}{% endfor %}
    {{ return(asked) }}
{% endmacro %}
