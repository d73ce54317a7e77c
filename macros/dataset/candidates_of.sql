{#
    Which items the contexts of a split hold beside their positives: all candidates, or how many are
    drawn (the knobs train_candidates and evaluation_candidates).

    | split      | call                         | output      |
    |------------|------------------------------|-------------|
    | validation | {{ candidates_of("split") }} | all         |
    | test       | (evaluation_candidates.test: 100) | 100 drawn |
#}
{% macro candidates_of(split) -%}
    {%- set wanted = {"train": dmc12.knob("negatives_per_context") if dmc12.knob("train_candidates") == "sampled" else "all"} -%}
    {%- do wanted.update(dmc12.knob("evaluation_candidates")) -%}
    case {{ split }}
        {%- for each, candidates in wanted.items() %}
        when '{{ each }}' then '{{ "all" if candidates == "all" else candidates ~ " drawn" }}'
        {%- endfor %}
    end
{%- endmacro %}
