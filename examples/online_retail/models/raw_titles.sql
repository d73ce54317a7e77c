with

online_retail_lines as (

    select
        StockCode,
        Description,
        InvoiceDate
    from {{ ref("online_retail_lines") }}
    where
        CustomerID is not null
        and Quantity > 0

),

titles as (

    select
        StockCode as show_title_id,
        min_by(Description, struct(InvoiceDate, Description)) as title,
        cast(null as string) as creator,
        cast(null as string) as genres,
        min(InvoiceDate) as launched_at,
        '*' as countries
    from online_retail_lines
    group by StockCode

)

select * from titles
