with

online_retail_lines as (

    select
        InvoiceNo,
        StockCode,
        Description,
        Quantity,
        InvoiceDate,
        UnitPrice,
        CustomerID
    from {{ ref("online_retail_lines") }}

),

-- An invoice may hold the very same line twice; each is a fact, so lines are numbered.
numbered as (

    select
        *,
        row_number() over (
            partition by InvoiceNo
            order by StockCode, CustomerID, Quantity, InvoiceDate, UnitPrice, Description
        ) as line
    from online_retail_lines

),

plays as (

    select
        concat(InvoiceNo, '-', line) as play_id,
        regexp_replace(CustomerID, '[.]0$', '') as profile_id,
        StockCode as show_title_id,
        InvoiceDate as played_at,
        cast(Quantity as double) as strength
    from numbered

)

select * from plays
