"""Words of the made-up world: countries, genres, titles, creators, and where its ids start."""

from typing import NamedTuple

FIRST_TITLE_ID = 10_001
FIRST_PROFILE_ID = 100_001  # above every title id: a swapped key joins to nothing


class Country(NamedTuple):
    """A country and its hours ahead of UTC (one zone each, no summer time)."""

    iso_code: str
    utc_offset: float


# In order of size: the n-th holds a share of profiles in proportion to n ** -COUNTRY_EXPONENT.
COUNTRIES = (
    Country("US", -5.0), Country("BR", -3.0), Country("IN", 5.5), Country("DE", 1.0),
    Country("JP", 9.0), Country("GB", 0.0), Country("MX", -6.0), Country("FR", 1.0),
    Country("KR", 9.0), Country("ES", 1.0), Country("NG", 1.0), Country("AU", 10.0),
)  # fmt: skip
COUNTRY_EXPONENT = 0.8
EVERYWHERE = "*"

GENRES = (
    "drama", "comedy", "crime", "documentary", "romance", "animation", "scifi", "family",
)  # fmt: skip

_ADJECTIVES = (
    "Amber", "Broken", "Crimson", "Distant", "Early", "Fallen", "Gentle", "Hidden", "Idle",
    "Jagged", "Kindly", "Late", "Midnight", "Narrow", "Old", "Paper", "Quiet", "Restless",
    "Silver", "Tender", "Unseen", "Velvet", "Winter", "Wandering", "Yellow", "Hollow", "Salted",
    "Borrowed", "Electric", "Lonely", "Northern",
)  # fmt: skip
_NOUNS = (
    "Harbour", "Orchard", "Signal", "Bridge", "Letters", "Kitchen", "Garden", "Mirror", "River",
    "Summer", "Station", "Island", "Neighbours", "Machine", "Forest", "Promise", "Market", "Tide",
    "Witness", "Lantern", "Parade", "Horizon", "Detour", "Clockmaker", "Ballroom", "Ledger",
    "Passenger", "Meadow", "Verdict", "Planet", "Sister", "Tower", "Carnival", "Season", "Engine",
    "Shore", "Accord",
)  # fmt: skip
_FORMS = ("The {} {}", "{} {}", "My {} {}")
_FORENAMES = (
    "Ada", "Bruno", "Chidi", "Daria", "Elif", "Felix", "Greta", "Hana", "Ivo", "Jun", "Kofi",
    "Lena", "Mateo", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Sota",
)  # fmt: skip
_SURNAMES = (
    "Abara", "Brandt", "Castel", "Dufour", "Eklund", "Ferreira", "Grant", "Hoshino", "Iyer",
    "Jansen", "Kim", "Laurent", "Moreau", "Novak", "Okafor", "Petrov", "Quiroga", "Rossi", "Sato",
    "Tanaka", "Usman", "Vidal", "Weber",
)  # fmt: skip


def title_name(index: int) -> str:
    """Name a title; names are distinct, for after all pairs of words come numbered sequels."""
    pairs = len(_ADJECTIVES) * len(_NOUNS)
    volume, form = divmod(index // pairs, len(_FORMS))
    pair = index % pairs
    # 31 and 37 share no factor, so the two remainders meet in every pair before one recurs.
    adjective, noun = _ADJECTIVES[pair % len(_ADJECTIVES)], _NOUNS[pair % len(_NOUNS)]
    name = _FORMS[(form + pair) % len(_FORMS)].format(adjective, noun)
    return name if volume == 0 else f"{name} {volume + 1}"


def creator_name(index: int) -> str:
    """Name a creator; names are distinct, juniors being numbered."""
    pairs = len(_FORENAMES) * len(_SURNAMES)
    forename, surname = _FORENAMES[index % len(_FORENAMES)], _SURNAMES[index % len(_SURNAMES)]
    name = f"{forename} {surname}"
    return name if index < pairs else f"{name} {index // pairs + 1}"
