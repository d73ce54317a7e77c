{#
    The standard error of a weighted mean, contexts taken as independent: the residuals' weighted
    root over the weights' sum, which for weights of 1 is the sample's deviation / sqrt(n). Null for
    fewer than two values; 0 where the residuals are less than the sums can resolve.

    | input                               | call                                      | output |
    |-------------------------------------|-------------------------------------------|--------|
    | sums w, ww, wwx, wwxx of 0 and 1    | {{ standard_error("2", "sums", ".5D") }}  | .5     |
#}
{% macro standard_error(n, sums, mean) -%}
    {%- set residuals = sums ~ ".wwxx - 2 * " ~ mean ~ " * " ~ sums ~ ".wwx + " ~ mean ~ " * " ~ mean ~ " * " ~ sums ~ ".ww" -%}
    case
        when {{ n }} > 1 then
            sqrt(
                if({{ residuals }} > 1e-13 * {{ sums }}.ww, {{ residuals }}, 0D)
                * {{ n }} / ({{ n }} - 1)
            ) / {{ sums }}.w
    end
{%- endmacro %}
