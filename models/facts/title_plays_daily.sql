{{ config(
    incremental_predicates=[
        "(day, fingerprint) not in (select day, facts_fingerprint from {{ ref('fact_completeness_daily') }} where n_facts > 0)"
    ]
) }}

{% set days = days_to_build(
    "select day, facts_fingerprint as fingerprint from " ~ ref("fact_completeness_daily") ~ " where n_facts > 0"
) %}
{# up to a month's pairs of profile and title are sent to where they are sought, not the other way round #}
{# behind all days that stand no first play can come or go #}
{% set may_move = stands_from(days) %}
{% set is_few = days is not none and days | length <= 31 %}
{% set pair = "xxhash64({0}.profile_id, {0}.show_title_id)" %}
{% set n_words = 65536 %}
{% set word = "shiftright(" ~ pair ~ " & " ~ (64 * n_words - 1) ~ ", 6)" %}
{% set mark = "shiftleft(1L, int(" ~ pair ~ " & 63))" %}
{# always so: with the same columns asked of it, the facts of the days to build are grouped once for all uses #}
{% set built_firsts_are_shared = "built_firsts.day is not null" %}

with

-- The facts of the days to build.
fct_plays as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        {{ visible_on("played_at") }} as day
    from {{ ref("fct_plays") }}
    where {{ became_visible_on("played_at", days) }}

),

fact_completeness_daily as (

    select
        day,
        facts_fingerprint
    from {{ ref("fact_completeness_daily") }}

),

built_firsts as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        min(day) as day
    from fct_plays
    group by profile_id, show_title_id, country_iso_code

),

{% if days is none %}
changes as (

    select
        *,
        'begun' as change
    from built_firsts

),
{% else %}
standing as (

    select
        country_iso_code,
        show_title_id,
        plays,
        new_profile_ids,
        day
    from {{ this }}

),

standing_firsts as (

    select
        explode(new_profile_ids) as profile_id,
        show_title_id,
        country_iso_code,
        day
    from standing

),

{% if is_few %}
-- One bit for each pair to seek, by its hash, 64 a word, and no bit for words of no pair. Of a hundred standing pairs
-- ninety have theirs not set, which is cheap to see: the words stay in the processor's cache, where the table of
-- pairs has no room.
bits as (

    select
        {{ word.format("built_firsts") }} as place,
        {{ mark.format("built_firsts") }} as bit
    from built_firsts
    where {{ built_firsts_are_shared }}
    union all
    select
        id as place,
        0L as bit
    from range({{ n_words }})

),

every_word as (

    select
        place,
        bit_or(bit) as word
    from bits
    group by place

),

marks as (

    select sort_array(collect_list(struct(place, word))).word as words from every_word

),
{% endif %}

{% if may_move %}
-- Pairs of profile and title whose first play was on a day to build: another may be the first now.
lost_firsts as (

    select
        profile_id,
        show_title_id
    from standing_firsts
    where {{ day_in("day", days) }}

),
{% endif %}

-- What may be a pair's first play now, and what it changes: the first on the days to build begins; as
-- it stands on another day it goes if that is earlier; where it is lost, the first of all facts comes.
-- Pairs are sought by one number, which is faster than two: one that only its hash lets pass stays alone
-- in its list, below, and changes nothing.
candidates as (

    select
        built_firsts.*,
        'begun' as change
    from built_firsts
    union all
    select {{ "/*+ broadcast(built_firsts) */" if is_few }}
        standing_firsts.*,
        'gone' as change
    from standing_firsts
    left semi join built_firsts
        on {{ pair.format("standing_firsts") }} = {{ pair.format("built_firsts") }}
        and {{ built_firsts_are_shared }}
    where not {{ day_in("standing_firsts.day", days) }}
    {% if is_few %}
        and element_at((select words from marks), int({{ word.format("standing_firsts") }}) + 1)
        & {{ mark.format("standing_firsts") }} <> 0
    {% endif %}
    {% if may_move %}
    union all
    select {{ "/*+ broadcast(lost_firsts) */" if is_few }}
        all_plays.profile_id,
        all_plays.show_title_id,
        all_plays.country_iso_code,
        min({{ visible_on("all_plays.played_at") }}) as day,
        'come' as change
    from {{ ref("fct_plays") }} as all_plays
    left semi join lost_firsts
        on all_plays.profile_id = lost_firsts.profile_id
        and all_plays.show_title_id = lost_firsts.show_title_id
    where not {{ day_in(visible_on("all_plays.played_at"), days) }}
    group by all_plays.profile_id, all_plays.show_title_id, all_plays.country_iso_code
    {% endif %}

),

-- One list a pair, past which nothing can be pruned or filtered: so all that follows shares one reading.
listed as (

    select
        profile_id,
        sort_array(collect_list(struct(day, change, country_iso_code, show_title_id))) as candidates
    from candidates
    group by profile_id, show_title_id

),

-- The earliest begins or comes, if it does not stand already; what stands goes if another is earlier.
changes as (

    select
        profile_id,
        inline(filter(candidates, (candidate, place) -> (place = 0) = (candidate.change <> 'gone')))
    from listed

),
{% endif %}

changed as (

    select
        country_iso_code,
        show_title_id,
        day,
        collect_list(profile_id) filter (where change = 'begun') as begun,
        collect_list(profile_id) filter (where change = 'come') as come,
        collect_list(profile_id) filter (where change = 'gone') as gone
    from changes
    group by country_iso_code, show_title_id, day

),

{% if may_move %}
-- A day that is not to build is published anew, as a whole, if a first play comes or goes.
moved_days as (

    select distinct day from changed
    where not {{ day_in("day", days) }}

),

touched as (

    select {{ "/*+ broadcast(moved_days) */" if is_few }} standing.*
    from standing
    left semi join moved_days on standing.day = moved_days.day

),

adjusted as (

    select {{ "/*+ broadcast(changed) */" if is_few }}
        touched.country_iso_code,
        touched.show_title_id,
        touched.plays,
        if(
            changed.day is null,
            touched.new_profile_ids,
            sort_array(concat(array_except(touched.new_profile_ids, changed.gone), changed.come))
        ) as new_profile_ids,
        touched.day
    from touched
    left join changed
        on touched.country_iso_code = changed.country_iso_code
        and touched.show_title_id = changed.show_title_id
        and touched.day = changed.day

),
{% endif %}

counted as (

    select
        country_iso_code,
        show_title_id,
        day,
        count(*) as plays
    from fct_plays
    group by country_iso_code, show_title_id, day

),

summed as (

    select
        counted.country_iso_code,
        counted.show_title_id,
        counted.plays,
        coalesce(sort_array(changed.begun), array()) as new_profile_ids,
        counted.day
    from counted
    left join changed
        on counted.country_iso_code = changed.country_iso_code
        and counted.show_title_id = changed.show_title_id
        and counted.day = changed.day
    {% if may_move %}
    union all
    select * from adjusted
    {% endif %}

),

fingerprinted as (

    select
        summed.country_iso_code,
        summed.show_title_id,
        summed.plays,
        summed.new_profile_ids,
        summed.day,
        fact_completeness_daily.facts_fingerprint as fingerprint
    from summed
    inner join fact_completeness_daily on summed.day = fact_completeness_daily.day

)

-- One task a day, so that a day has one file.
select /*+ repartition(day) */ * from fingerprinted
