# ruff: noqa: E501  a mutation is a line of the table
"""Sound DMC-12 contexts, and each way to break them: the mutation table of docs/invariants.md."""

from dataclasses import dataclass, field

FIELDS = {"": ["show_title_id", "label", "weight"]}
FIELDS |= {"features": ["f", "g"], "scores": ["a", "b"], "ranks": ["a", "b"]}

# Contexts 1 and 2 are of train, 3 of validation, 4 of test and without a positive. The positive item
# of context i stands at position i - 1; item 0 is the best one, for both rankers.
SOUND = """
select
    id as profile_id,
    timestamp '2026-06-18' as context_at,
    'BR' as country_iso_code,
    case when id < 3 then 'train' when id = 3 then 'validation' else 'test' end as split,
    0.5D as inclusion_probability,
    struct('new' as tenure, true as first) as tags,
    transform(sequence(0, 4), place -> struct(
        bigint(10 + place) as show_title_id,
        double(if(place = id - 1 and id < 4, 1, 0)) as label,
        1D as weight,
        struct(double(place) as f, 1D as g) as features,
        struct(double(5 - place) as a, double(50 - place) as b) as scores,
        struct(place + 1 as a, place + 1 as b) as ranks
    )) as items
from range(1, 5)
"""
WINDOWS = f"""
with sound as ({SOUND})
select
    profile_id,
    context_at,
    transform(
        filter(items, item -> item.label > 0), item -> struct(item.show_title_id, item.label)
    ) as labels
from sound
"""


@dataclass(frozen=True)
class Break:
    """New values of columns, by name, and how many copies of a context there are."""

    values: dict[str, str] = field(default_factory=dict)
    copies: str = "1"


@dataclass(frozen=True)
class Mutation:
    """One break of one context of `sound`, and the one violation that it makes.

    `before` is that of the previous stage: the same where the two stages are to agree.
    """

    name: str
    change: str
    after: Break
    invariant: str
    path: str
    value: str | None
    before: Break = Break()


COLUMNS = [
    "profile_id",
    "context_at",
    "country_iso_code",
    "split",
    "inclusion_probability",
    "tags",
    "items",
]


def broken(stage: str) -> str:
    """The query for every mutation's contexts in one table, as of `before` or `after`."""
    breaks = {one.name: getattr(one, stage) for one in MUTATIONS}

    def case(values: dict[str, str], otherwise: str) -> str:
        if not values:
            return otherwise
        whens = " ".join(f"when '{name}' then {value}" for name, value in values.items())
        return f"case mutation {whens} else {otherwise} end"

    columns = ",\n".join(
        case({name: b.values[column] for name, b in breaks.items() if column in b.values}, column)
        + f" as {column}"
        for column in COLUMNS
    )
    copies = case({name: b.copies for name, b in breaks.items()}, "1")
    names = ", ".join(f"'{name}'" for name in ["sound", *breaks])
    return f"""
with sound as ({SOUND}),
mutated as (select *, explode(array({names})) as mutation from sound),
copied as (select *, explode(array_repeat(0, {copies})) as copy from mutated)
select mutation, {columns}
from copied
"""


def changed(context: int, column: str, value: str) -> Break:
    """Another value of a column of one context."""
    return Break({column: f"if(profile_id = {context}, {value}, {column})"})


def item_changed(context: int, position: int, path: str, value: str) -> Break:
    """Another value of a field of one item of one context."""
    structs = []
    for struct, names in FIELDS.items():
        prefix = f"{struct}." if struct else ""
        fields = ", ".join(
            (
                f"if(position = {position}, {value}, item.{prefix}{name})"
                if prefix + name == path
                else f"item.{prefix}{name}"
            )
            + f" as {name}"
            for name in names
        )
        structs.append(f"struct({fields}) as {struct}" if struct else fields)
    rebuilt = f"transform(items, (item, position) -> struct({', '.join(structs)}))"
    return changed(context, "items", rebuilt)


def _item(name, change, position, path, value, invariant, shown, context=1, both=False):
    after = item_changed(context, position, path, value)
    before = after if both else Break()
    return Mutation(name, change, after, invariant, f"items[{position}].{path}", shown, before)


def _context(name, change, context, column, value, invariant, path, shown, both=False):
    after = changed(context, column, value)
    return Mutation(name, change, after, invariant, path, shown, after if both else Break())


NULL = "cast(null as double)"


def by_rank(ranks: list[int], scores: list[float]) -> str:
    """What the invariant of ranks shows: a ranker's items by score descending, with their ranks."""
    items = sorted((-float(score), place) for place, score in enumerate(scores))
    shown = (
        f'{{"descent":{descent},"position":{place},"rank":{ranks[place]}}}'
        for descent, place in items
    )
    return f"[{','.join(shown)}]"


KEY = "profile_id, context_at"

MUTATIONS = [
    _context("null_column", "a country is null", 1, "country_iso_code", "cast(null as string)", "items_no_nulls", "country_iso_code", None),
    _context("null_tag", "a tag is null", 1, "tags", "struct(cast(null as string) as tenure, tags.first as first)", "items_no_nulls", "tags.tenure", None),
    _item("null_title", "a title is null", 2, "show_title_id", "cast(null as bigint)", "items_no_nulls", None, both=True),
    _item("null_label", "a label is null", 2, "label", NULL, "items_no_nulls", None),
    _item("null_weight", "a weight is null", 2, "weight", NULL, "items_no_nulls", None),
    _item("null_feature", "a feature is null", 2, "features.f", NULL, "items_no_nulls", None),
    _item("null_score", "a score is null", 0, "scores.a", NULL, "items_no_nulls", None),
    _item("null_rank", "a rank is null", 2, "ranks.b", "cast(null as int)", "items_no_nulls", None),
    _context("no_items", "a context has no items", 4, "items", "filter(items, item -> false)", "items_not_empty", "items", "[]", both=True),
    _item("nan_label", "a label is NaN", 2, "label", "double('nan')", "items_finite", "NaN"),
    _item("infinite_label", "a label is infinite", 2, "label", "double('infinity')", "items_finite", "Infinity"),
    _item("infinite_weight", "a weight is infinite", 2, "weight", "double('infinity')", "items_finite", "Infinity"),
    _item("nan_feature", "a feature is NaN", 2, "features.g", "double('nan')", "items_finite", "NaN"),
    _item("infinite_feature", "a feature is -infinity", 2, "features.f", "double('-infinity')", "items_finite", "-Infinity"),
    _item("nan_score", "a score is NaN", 4, "scores.a", "double('nan')", "items_finite", "NaN"),
    _item("infinite_score", "a score is infinite", 0, "scores.b", "double('infinity')", "items_finite", "Infinity"),
    _item("negative_label", "a label is -1", 2, "label", "-1D", "items_labels_not_negative", "-1.0"),
    _item("zero_weight", "a weight is 0", 2, "weight", "0D", "items_weights_positive", "0.0"),
    _item("negative_weight", "a weight is -1", 2, "weight", "-1D", "items_weights_positive", "-1.0"),
    Mutation("same_title", "a title stands twice in a context", item_changed(1, 2, "show_title_id", "13L"), "items_titles_distinct", "items.show_title_id", "[13]", item_changed(1, 2, "show_title_id", "13L")),
    _context("no_positive", "a train context has no positive", 4, "split", "'train'", "items_positive_and_negative", "items.label", "no positive"),
    _context("no_negative", "a train context has no negative", 1, "items", "filter(items, item -> item.label > 0)", "items_positive_and_negative", "items.label", "no negative", both=True),
    _context("unassigned_country", "a country is UK", 1, "country_iso_code", "'UK'", "iso_country", "country_iso_code", "UK"),
    _context("lower_case_country", "a country is br", 1, "country_iso_code", "'br'", "iso_country", "country_iso_code", "br"),
    _context("unknown_split", "a split is holdout", 4, "split", "'holdout'", "known_split", "split", "holdout"),
    _context("zero_probability", "an inclusion probability is 0", 1, "inclusion_probability", "0D", "in_range", "inclusion_probability", "0.0"),
    _context("nan_probability", "an inclusion probability is NaN", 1, "inclusion_probability", "double('nan')", "in_range", "inclusion_probability", "NaN"),
    Mutation("repeated_rank", "a rank stands twice", item_changed(1, 1, "ranks.a", "1"), "items_ranks_permutation", "items.ranks.a", by_rank([1, 1, 3, 4, 5], [5, 4, 3, 2, 1])),
    Mutation("disobeyed_score", "the last by rank has the highest score", item_changed(1, 4, "scores.a", "9D"), "items_ranks_permutation", "items.ranks.a", by_rank([1, 2, 3, 4, 5], [5, 4, 3, 2, 9])),
    Mutation("null_item", "an item is null", changed(1, "items", "transform(items, (item, position) -> if(position = 2, null, item))"), "items_no_nulls", "items[2]", None, changed(1, "items", "transform(items, (item, position) -> if(position = 2, null, item))")),
    Mutation("null_struct", "the features of an item are null", changed(1, "items", "transform(items, (item, position) -> struct(item.show_title_id, item.label, item.weight, if(position = 2, null, item.features) as features, item.scores, item.ranks))"), "items_no_nulls", "items[2].features", None),
    Mutation("twice", "a context stands twice", Break(copies="if(profile_id = 1, 2, 1)"), "unique_key", KEY, "2 rows"),
    Mutation("lost", "a context is lost", Break(copies="if(profile_id = 3, 0, 1)"), "items_same_as", KEY, "missing, but in previous"),
    Mutation("added", "a context is added", Break(), "items_same_as", KEY, "not in previous", Break(copies="if(profile_id = 3, 0, 1)")),
    _context("reordered", "items are in another order", 1, "items", "reverse(items)", "items_same_as", "items.show_title_id", "5 items; 5 in previous, others or in another order"),
    Mutation("other_title", "an item is of another title", item_changed(1, 2, "show_title_id", "99L"), "items_same_as", "items.show_title_id", "5 items; 5 in previous, others or in another order"),
    Mutation("false_positive", "a negative is labelled 1", item_changed(1, 2, "label", "1D"), "items_labels_agree", "items.label", '{"not_in_window":[{"show_title_id":12,"label":1.0}],"only_in_window":[]}'),
    Mutation("false_negative", "a title that was played is labelled 0", item_changed(3, 2, "label", "0D"), "items_labels_agree", "items.label", '{"not_in_window":[],"only_in_window":[{"show_title_id":12,"label":1.0}]}'),
]  # fmt: skip


def table() -> str:
    """The mutation table, as docs/invariants.md has it."""
    lines = [
        "| breaking change | the one invariant that fails | path | value |",
        "|---|---|---|---|",
    ]
    for one in MUTATIONS:
        value = "null" if one.value is None else one.value
        lines.append(f"| {one.change} | `{one.invariant}` | `{one.path}` | `{value}` |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
