{#- A snapshot merges into its table: dbt-spark's, where the file format can; else a refusal. -#}
{% materialization snapshot, adapter='sparksession' %}
    {%- set file_format = config.get('file_format') or 'parquet' -%}
    {%- if file_format not in ['delta', 'iceberg', 'hudi'] -%}
        {%- do exceptions.raise_compiler_error(
            "snapshot '" ~ model.name ~ "' (" ~ model.original_file_path ~ ') is not possible: '
            'it would be merged into a ' ~ file_format ~ ' table, and those cannot be. '
            "Keep history as dated partitions (an incremental model with partition_by and "
            "incremental_strategy: insert_overwrite), or set the snapshot's file_format to delta, "
            "iceberg or hudi, with that format's package in the profile's config."
        ) -%}
    {%- endif -%}
    {{ return(context['materialization_snapshot_spark']()) }}
{% endmaterialization %}
