with

online_retail_lines as (

    select
        regexp_replace(CustomerID, '[.]0$', '') as profile_id,
        InvoiceNo,
        StockCode,
        InvoiceDate,
        Country
    from {{ ref("online_retail_lines") }}
    where
        CustomerID is not null
        and Quantity > 0

),

country_codes as (

    select
        country,
        country_iso_code
    from {{ ref("country_codes") }}

),

-- Eight customers have two countries; the first line's counts, which no later line can change.
first_lines as (

    select
        profile_id,
        min_by(Country, struct(InvoiceDate, InvoiceNo, StockCode, Country)) as country,
        min(InvoiceDate) as signed_up_at
    from online_retail_lines
    group by profile_id

),

profiles as (

    select
        first_lines.profile_id,
        country_codes.country_iso_code,
        first_lines.signed_up_at
    from first_lines
    left join country_codes on first_lines.country = country_codes.country

)

select * from profiles
