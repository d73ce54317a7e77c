"""The simulator: profiles visit, look at what is on, and choose by utility plus Gumbel noise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12 import draws
from dmc12.world.devices import DEVICES
from dmc12.world.latents import Cast, Catalogue, cast, catalogue
from dmc12.world.names import (
    COUNTRIES,
    EVERYWHERE,
    FIRST_PROFILE_ID,
    FIRST_TITLE_ID,
    GENRES,
    creator_name,
    title_name,
)
from dmc12.world.slates import slates
from dmc12.world.spec import DAY, WorldSpec
from dmc12.world.utility import fading, recency, repeat, standing, trend
from dmc12.world.visits import NEVER, visits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_STRENGTH_SLOPE, _STRENGTH_MIDDLE = 0.5, 4.0  # of the fraction watched, against utility
_CELLS = 1_000_000  # profiles x titles of a block: bounds the memory


@dataclass(frozen=True)
class World:
    """The raw tables of a world, or of some of its profiles, typed; docs/world.md has columns."""

    profiles: pa.Table
    titles: pa.Table
    plays: pa.Table
    impressions: pa.Table


@dataclass(frozen=True)
class Wave:
    """The n-th visits of some profiles (s of them), and the m titles that each looks at."""

    profile_id: Ints  # s
    at: Ints  # s: seconds since 1970
    show_title_id: Ints  # s x m
    utility: Floats  # s x m; -inf where the title is not on offer


Observer = Callable[[Wave], None]


def simulate(spec: WorldSpec, observe: Observer | None = None) -> World:
    """Make a whole world; `observe` is shown each wave of visits with its true utilities."""
    parts = list(simulate_in_parts(spec, spec.profiles, observe))
    return parts[0]


def simulate_in_parts(
    spec: WorldSpec, profiles_a_part: int, observe: Observer | None = None
) -> Iterator[World]:
    """Make a world some profiles at a time, in bounded memory; each part is sorted by play_id."""
    if profiles_a_part < 1:
        raise ValueError(f"profiles_a_part must be at least 1, got {profiles_a_part}")
    titles = catalogue(spec)
    trends = np.stack([trend(spec, titles, day) for day in range(spec.days)])
    title_table = _title_table(titles)
    block = max(16, min(1024, _CELLS // spec.titles))
    for first in range(0, spec.profiles, profiles_a_part):
        ids = FIRST_PROFILE_ID + np.arange(first, min(first + profiles_a_part, spec.profiles))
        casts = [cast(spec, ids[start : start + block]) for start in range(0, len(ids), block)]
        runs = [_Block(spec, titles, trends, profiles).run(observe) for profiles in casts]
        plays, impressions = zip(*runs, strict=True)
        yield World(
            profiles=pa.concat_tables([_profile_table(profiles) for profiles in casts]),
            titles=title_table,
            plays=_play_table(spec, np.concatenate(plays, axis=1)),
            impressions=_impression_table(spec, np.concatenate(impressions, axis=1)),
        )


class _Block:
    """Some profiles (b of them) and what they have played so far."""

    def __init__(self, spec: WorldSpec, titles: Catalogue, trends: Floats, profiles: Cast) -> None:
        self.spec, self.titles, self.trends, self.profiles = spec, titles, trends, profiles
        shape = (len(profiles.profile_id), spec.titles)
        self.standing = standing(spec.weights, titles, profiles)
        self.standing[~titles.available[profiles.country]] = -np.inf
        # sums over past plays as of the last one of them, with its day; faded on reading
        self.plays = np.zeros(shape)
        self.played_day = np.full(shape, -np.inf)
        self.genres = np.zeros((shape[0], len(GENRES)))
        self.creators = np.zeros((shape[0], titles.n_creators))
        self.recent = np.zeros(shape[0])
        self.last_day = np.zeros(shape[0])
        self.own = np.full((shape[0], 0), -1)  # b x most own titles: distinct, padded with -1
        index = profiles.profile_id - FIRST_PROFILE_ID
        self.choice = draws.keys(draws.stream(spec.seed, "choice"), index)
        self.slate = draws.keys(draws.stream(spec.seed, "slate"), index)

    def run(self, observe: Observer | None) -> tuple[Floats, Floats]:
        """Play all visits, wave by wave; return plays and impressions, a column each.

        A play is profile, title, second, strength and device; an impression is profile, title,
        second, position and propensity.
        """
        plan = visits(self.spec, self.profiles)
        chosen, shown = [np.zeros((5, 0))], [np.zeros((5, 0))]
        for wave in range(plan.start.shape[1]):
            who = np.flatnonzero(plan.start[:, wave] < NEVER)
            start = plan.start[who, wave]
            noise = draws.keys(self.choice[who], wave)
            seen, correction = self._seen(who, noise)
            utility = self._utility(who, start, seen)
            urge = utility + correction
            shown.append(self._shown(who, start, seen, np.where(urge > -np.inf, utility, -np.inf)))
            if observe is not None:
                offered = np.where(urge > -np.inf, utility, -np.inf)
                ids = self.profiles.profile_id[who]
                observe(Wave(ids, start, FIRST_TITLE_ID + seen, offered))
            urge += draws.gumbel(draws.keys(noise[:, None], seen))
            for nth in range(plan.play_at.shape[2]):
                best = urge.argmax(axis=1)
                row = np.arange(len(who))
                plays = (plan.plays[who, wave] > nth) & (urge[row, best] > -np.inf)
                row, best = row[plays], best[plays]
                profile, title = who[row], seen[row, best]
                urge[row, best] = -np.inf
                second = plan.play_at[profile, wave, nth]
                strength = self._strength(utility[row, best], draws.keys(noise[row], 2**40 + nth))
                self._remember(profile, title, self.spec.first_days(second))
                device = plan.device[profile, wave]
                chosen.append(np.stack([profile, title, second, strength, device]))
        return self._named(chosen), self._named(shown)

    def _named(self, events: list[Floats]) -> Floats:
        """Put events together, their profiles and titles by id."""
        named = np.concatenate(events, axis=1)
        named[0] = self.profiles.profile_id[named[0].astype(np.int64)]
        named[1] += FIRST_TITLE_ID
        return np.asarray(named)

    def _shown(self, who: Ints, start: Ints, seen: Ints, utility: Floats) -> Floats:
        """Show a slate to each visit that is logged: the policy knows all but the profiles' tastes.

        What is shown moves no choice: the visit's plays come from the slate or from search alike.
        """
        spec = self.spec
        logged = start >= spec.starts_second + spec.slates_from_day * DAY
        who, start, seen, utility = who[logged], start[logged], seen[logged], utility[logged]
        taste = spec.weights.taste * self.profiles.taste[who] @ self.titles.genres.T
        known = utility - np.take_along_axis(taste, seen, axis=1)
        chance = draws.uniform(draws.keys(self.slate[who], start))
        place, propensity = slates(known, chance, spec.slate)
        row, position = np.nonzero(place >= 0)
        title = seen[row, place[row, position]]
        return np.stack([who[row], title, start[row], position + 1, propensity[row, position]])

    def _seen(self, who: Ints, noise: draws.Keys) -> tuple[Ints, Floats | float]:
        """Choose the titles that visits look at: s x m indices, and a correction to utilities.

        A catalogue within the choice set is seen whole. Of a larger one, a visit sees one title
        drawn from each of `choice_set` even slices, and all own titles. What is drawn with
        probability q stands for 1/q titles: log(1/q) is added to it, as to sampled alternatives in
        a logit model (McFadden 1978), so that a larger catalogue draws as it would if seen whole.
        """
        n, size = self.spec.titles, self.spec.choice_set
        if n <= size:
            return np.broadcast_to(np.arange(n), (len(who), n)), 0.0
        edges = np.arange(size + 1) * n // size
        chance = draws.uniform(draws.keys(draws.keys(noise, 2**41)[:, None], np.arange(size)))
        drawn = edges[:-1] + np.floor(chance * np.diff(edges)).astype(np.int64)
        is_own = self.plays[who[:, None], drawn] > 0
        own = self.own[who]
        correction = np.concatenate(
            [
                np.where(is_own, -np.inf, np.log(np.diff(edges))),
                np.where(own < 0, -np.inf, 0.0),
            ],
            axis=1,
        )
        seen = np.concatenate([drawn, np.maximum(own, 0)], axis=1)
        return np.asarray(seen), correction

    def _utility(self, who: Ints, start: Ints, seen: Ints) -> Floats:
        """Give the true utilities of the titles seen (s x m); -inf where not on offer."""
        weights, titles = self.spec.weights, self.titles
        row = who[:, None]
        day = self.spec.first_days(start)
        since = day[:, None] - self.played_day[row, seen]
        rewatch = self.profiles.rewatch[row] * titles.rewatch[seen]
        faded = fading(weights.recent_days, day - self.last_day[who])
        scale = faded / (1.0 + faded * self.recent[who])
        genre_share = (self.genres[who] * scale[:, None]) @ titles.genres.T
        creator_share = self.creators[row, titles.creator[seen]] * scale[:, None]
        utility = self.standing[row, seen] + self.trends[day.astype(np.int64)[:, None], seen]
        utility += repeat(weights, rewatch, self.plays[row, seen], since)
        utility += recency(weights, np.take_along_axis(genre_share, seen, axis=1), creator_share)
        return np.where(titles.launched[seen] < start[:, None], utility, -np.inf)

    def _strength(self, utility: Floats, of: draws.Keys) -> Floats:
        """Draw the fraction watched, in (0, 1], two decimals, rising with utility."""
        score = _STRENGTH_SLOPE * (utility - _STRENGTH_MIDDLE) + draws.normal(of)
        return np.asarray(np.clip(np.round(1.0 / (1.0 + np.exp(-score)), 2), 0.01, 1.0))

    def _remember(self, profile: Ints, title: Ints, day: Floats) -> None:
        """Take one play of each of some profiles into their histories."""
        weights, titles = self.spec.weights, self.titles
        self._remember_title(profile, title)
        self.plays[profile, title] += 1.0
        self.played_day[profile, title] = day
        faded = fading(weights.recent_days, day - self.last_day[profile])
        self.genres[profile] = self.genres[profile] * faded[:, None] + titles.genres[title]
        self.creators[profile] *= faded[:, None]
        self.creators[profile, titles.creator[title]] += 1.0
        self.recent[profile] = self.recent[profile] * faded + 1.0
        self.last_day[profile] = day

    def _remember_title(self, profile: Ints, title: Ints) -> None:
        """List a title as the profile's own, where it is not yet."""
        new = self.plays[profile, title] == 0
        profile, title = profile[new], title[new]
        if not len(profile) or self.spec.titles <= self.spec.choice_set:
            return
        slot = (self.own[profile] >= 0).sum(axis=1)
        if slot.max() >= self.own.shape[1]:
            room = np.full((len(self.own), 8), -1)
            self.own = np.concatenate([self.own, room], axis=1)
        self.own[profile, slot] = title


def _moments(seconds: Ints) -> pa.Array:
    """Turn seconds since 1970 into Arrow timestamps, UTC."""
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def _profile_table(profiles: Cast) -> pa.Table:
    codes = np.array([country.iso_code for country in COUNTRIES])
    return pa.table(
        {
            "profile_id": profiles.profile_id,
            "country_iso_code": pa.array(codes[profiles.country].tolist(), pa.string()),
            "signed_up_at": _moments(profiles.signed_up),
        }
    )


def _title_table(titles: Catalogue) -> pa.Table:
    codes = [country.iso_code for country in COUNTRIES]
    n = len(titles.quality)
    return pa.table(
        {
            "show_title_id": FIRST_TITLE_ID + np.arange(n),
            "title": [title_name(index) for index in range(n)],
            "creator": [creator_name(index) for index in titles.creator.tolist()],
            "genres": [
                "|".join(GENRES[genre] for genre in np.flatnonzero(row)) for row in titles.genres
            ],
            "launched_at": _moments(titles.launched),
            "countries": [
                EVERYWHERE if column.all() else "|".join(codes[at] for at in np.flatnonzero(column))
                for column in titles.available.T
            ],
        }
    )


def _moment_key(spec: WorldSpec, profile: Ints, second: Ints) -> Ints:
    """Seconds into the window, then the profile: unique, in order of time, known without a sort."""
    return (second - spec.starts_second) * spec.profiles + (profile - FIRST_PROFILE_ID)


def _play_table(spec: WorldSpec, plays: Floats) -> pa.Table:
    profile, title, second = plays[:3].astype(np.int64)
    play_id = _moment_key(spec, profile, second) + 1
    order = np.argsort(play_id)
    return pa.table(
        {
            "play_id": play_id[order],
            "profile_id": profile[order],
            "show_title_id": title[order],
            "played_at": _moments(second[order]),
            "strength": plays[3][order],
            "device": pa.array(np.array(DEVICES)[plays[4][order].astype(np.int64)].tolist()),
        }
    )


def _impression_table(spec: WorldSpec, impressions: Floats) -> pa.Table:
    profile, title, second, position = impressions[:4].astype(np.int64)
    impression_id = _moment_key(spec, profile, second) * spec.slate + position
    order = np.argsort(impression_id)
    return pa.table(
        {
            "impression_id": impression_id[order],
            "profile_id": profile[order],
            "show_title_id": title[order],
            "shown_at": _moments(second[order]),
            "position": position[order],
            "propensity": impressions[4][order],
        }
    )
