{#- A SQL function of Spark: one expression or query, kept in the metastore. -#}
{% macro sparksession__scalar_function_create_replace_signature_sql(target_relation) -%}
    CREATE OR REPLACE FUNCTION {{ target_relation }} ({{ formatted_scalar_function_args_sql() }})
    RETURNS {{ model.returns.data_type }}
    {{ scalar_function_volatility_sql() }}
    RETURN
{%- endmacro %}


{% macro sparksession__formatted_scalar_function_args_sql() -%}
    {%- for argument in model.arguments -%}
        {{ argument.name }} {{ argument.data_type }}
        {%- if argument.get('default_value') is not none %} DEFAULT {{ argument.default_value }}{% endif -%}
        {{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{% macro sparksession__scalar_function_body_sql() -%}
    {{ model.compiled_code }}
{%- endmacro %}


{#- Spark knows two kinds; `stable`, the same within a statement, is neither. -#}
{% macro sparksession__scalar_function_volatility_sql() -%}
    {%- set volatility = model.config.get('volatility') -%}
    {%- if volatility == 'deterministic' -%}
        DETERMINISTIC
    {%- elif volatility == 'non-deterministic' -%}
        NOT DETERMINISTIC
    {%- elif volatility != none -%}
        {%- do unsupported_volatility_warning(volatility) -%}
    {%- endif -%}
{%- endmacro %}
