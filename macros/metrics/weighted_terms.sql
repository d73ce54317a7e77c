{#
    What is summed for a weighted mean, its standard error and the mean of its chance value, as SQL by
    name, over the columns `value` and `chance` of a row; null where the value is.

    | call                             | output                                                                |
    |----------------------------------|-----------------------------------------------------------------------|
    | {{ weighted_terms("weight") }}   | {w: if(value is not null, weight, null), wx: weight * value, ...}     |
#}
{% macro weighted_terms(weight) %}
    {% set w = "if(value is not null, " ~ weight ~ ", null)" %}
    {{ return({
        "w": w,
        "wx": w ~ " * value",
        "wchance": w ~ " * chance",
        "ww": w ~ " * " ~ weight,
        "wwx": w ~ " * " ~ weight ~ " * value",
        "wwxx": w ~ " * " ~ weight ~ " * value * value",
    }) }}
{% endmacro %}
