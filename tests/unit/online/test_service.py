"""The HTTP service answers as the library does, refuses bad input by name, and reloads."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from fabricated import DAYS, FIRST_TITLE, request, write_bundle
from pydantic_core import to_jsonable_python
from starlette.testclient import TestClient

from dmc12.online import BundleDamagedError, BundleMissingError, Context
from dmc12.online.pointer import release
from dmc12.online.service import create_app


@pytest.fixture
def root(tmp_path, written, bundle):
    """A directory with one released bundle."""
    shutil.copytree(written, tmp_path / written.name)
    release(tmp_path / written.name, bundle.fingerprint)
    return tmp_path


@pytest.fixture
def app(root):
    return create_app(root, watch_seconds=None, max_body_bytes=20_000)


@pytest.fixture
def client(app):
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def asked(batch):
    return to_jsonable_python(request(batch.slice(1, 1).to_pylist()[0]))


def faults(response):
    return [(fault["code"], fault["at"]) for fault in response.json()["faults"]]


def test_rank_answers_what_the_library_does_to_the_last_bit(client, bundle, batch):
    for row in batch.to_pylist()[:10]:
        answer = client.post("/rank", json=to_jsonable_python(request(row)))
        assert answer.status_code == 200, answer.text
        ranking = bundle.rank(Context.model_validate(request(row)))
        assert answer.json() == {
            "fingerprint": bundle.fingerprint,
            "show_title_ids": ranking.show_title_ids.tolist(),
            "scores": {name: scores.tolist() for name, scores in ranking.scores.items()},
            "ranks": {name: ranks.tolist() for name, ranks in ranking.ranks.items()},
        }


def test_only_the_rankers_asked_for_are_answered(client, asked):
    answer = client.post("/rank", json=asked | {"rankers": ["popularity"]}).json()
    assert list(answer["scores"]) == list(answer["ranks"]) == ["popularity"]


def profile(asked, **change):
    return {"profile": asked["profile"] | change}


def play(asked, days_before, title=FIRST_TITLE, **change):
    moment = datetime.fromisoformat(asked["context_at"]) - timedelta(days=days_before)
    return {"show_title_id": title, "played_at": moment.isoformat(), "strength": 1.0} | change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda asked: {"mood": "happy"}, ("extra_forbidden", "mood")),
        (lambda asked: profile(asked, age=7), ("extra_forbidden", "profile.age")),
        (
            lambda asked: profile(asked, country_iso_code="br"),
            ("string_pattern_mismatch", "profile.country_iso_code"),
        ),
        (lambda asked: profile(asked, profile_id="7"), ("int_type", "profile.profile_id")),
        (lambda asked: profile(asked, profile_id=2**63), ("less_than", "profile.profile_id")),
        (lambda asked: {"candidates": []}, ("too_short", "candidates")),
        (lambda asked: {"candidates": list(range(1_001))}, ("too_long", "candidates")),
        (lambda asked: {"candidates": [FIRST_TITLE] * 2}, ("candidate_twice", "")),
        (lambda asked: {"candidates": [FIRST_TITLE, 7]}, ("unknown_title", "candidates.1")),
        (lambda asked: {"context_at": "2026-06-12T00:00:00"}, ("timezone_aware", "context_at")),
        (lambda asked: {"context_at": "yesterday"}, ("bad_time", "context_at")),
        (lambda asked: {"context_at": "1781222400"}, ("bad_time", "context_at")),
        (lambda asked: {"context_at": 1781222400}, ("bad_time", "context_at")),
        (
            lambda asked: {"context_at": "2026-02-30T00:00:00Z"},
            ("datetime_from_date_parsing", "context_at"),
        ),
        (
            lambda asked: {"context_at": "1066-10-14T09:00:00Z"},
            ("greater_than_equal", "context_at"),
        ),
        (lambda asked: {"context_at": "2026-06-20T00:00:00Z"}, ("no_snapshot", "context_at")),
        (lambda asked: {"context_at": "2026-01-01T00:00:00Z"}, ("before_sign_up", "")),
        (lambda asked: {"history": [play(asked, 2), play(asked, 3)]}, ("history_out_of_order", "")),
        (lambda asked: {"history": [play(asked, 0)]}, ("history_in_the_future", "")),
        (lambda asked: {"history": [play(asked, -1)]}, ("history_in_the_future", "")),
        (
            lambda asked: {"history": [play(asked, 1, strength=0)]},
            ("greater_than", "history.0.strength"),
        ),
        (
            lambda asked: {"history": [play(asked, 1, mood=1)]},
            ("extra_forbidden", "history.0.mood"),
        ),
        (lambda asked: {"rankers": ["oracle"]}, ("unknown_ranker", "rankers")),
    ],
)
def test_bad_input_is_a_422_that_names_fault_and_place(client, asked, change, expected):
    answer = client.post("/rank", json=asked | change(asked))
    assert answer.status_code == 422
    assert faults(answer) == [expected]


def test_a_missing_field_is_named(client, asked):
    answer = client.post("/rank", json={key: asked[key] for key in asked if key != "history"})
    assert (answer.status_code, faults(answer)) == (422, [("missing", "history")])


def test_at_most_ten_faults_are_listed(client, asked):
    answer = client.post("/rank", json=asked | {"candidates": ["x"] * 900})
    assert len(faults(answer)) == 10
    assert len(answer.content) < 5_000


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"nonsense", b'{"candidates": [NaN}'])
def test_what_is_no_json_is_a_400(client, body):
    answer = client.post("/rank", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, faults(answer)[0][0]) == (400, "json_invalid")


@pytest.mark.parametrize("body", [b"[]", b"null", b"7"])
def test_json_of_another_shape_is_a_422(client, body):
    answer = client.post("/rank", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, faults(answer)[0][0]) == (422, "model_type")


def test_a_body_too_large_is_a_413_with_or_without_its_length(client):
    headers = {"content-type": "application/json"}
    for content in (b" " * 20_001, (b" " * 5_000 for _ in range(5))):
        answer = client.post("/rank", content=content, headers=headers)
        assert (answer.status_code, faults(answer)) == (413, [("body_too_large", "")])


def test_another_content_type_is_a_415(client, asked):
    answer = client.post("/rank", content=json.dumps(asked), headers={"content-type": "text/plain"})
    assert (answer.status_code, faults(answer)) == (415, [("not_json", "")])


def test_other_paths_and_methods_are_refused_in_the_same_form(client):
    assert faults(client.get("/ranks")) == [("no_such_path", "/ranks")]
    answer = client.get("/rank")
    assert (answer.status_code, faults(answer)) == (405, [("no_such_method", "/rank")])


def test_a_failure_of_the_service_is_a_500_that_tells_no_secret(root, asked):
    app = create_app(root, watch_seconds=None)
    app.state.served.bundle = None
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post("/rank", json=asked)
    assert (answer.status_code, faults(answer)) == (500, [("internal", "")])


def test_health_names_the_bundle(client, bundle):
    health = client.get("/health").json()
    assert health["status"] == "serving"
    assert health["fingerprint"] == bundle.fingerprint
    assert health["days"] == [day.isoformat() for day in DAYS]
    assert health["rankers"] == ["popularity", "own_plays", "lambdarank"]
    assert health["refused"] is None


def test_metrics_count_requests_faults_and_reloads(client, asked, bundle):
    stranger = play(asked, 1, title=7)
    client.post("/rank", json=asked)
    client.post("/rank", json=asked | {"history": [stranger], "candidates": [FIRST_TITLE]})
    client.post("/rank", json=asked | {"candidates": [7]})
    text = client.get("/metrics").text
    lines = dict(re.findall(r"^(dmc12\S+) (\S+)$", text, re.MULTILINE))
    assert lines['dmc12_requests_total{path="/rank",status="200"}'] == "2.0"
    assert lines['dmc12_requests_total{path="/rank",status="422"}'] == "1.0"
    assert lines['dmc12_faults_total{code="unknown_title"}'] == "1.0"
    assert lines["dmc12_rank_seconds_count"] == "2.0"
    assert lines["dmc12_rank_candidates_sum"] == str(len(asked["candidates"]) + 1.0)
    assert float(lines["dmc12_unknown_plays_total"]) >= 1
    assert lines['dmc12_bundle_reloads_total{outcome="loaded"}'] == "1.0"
    (served,) = [name for name in lines if name.startswith("dmc12_bundle_info")]
    assert bundle.fingerprint in served


def another(root, tables, registry, **change):
    """Write another bundle than the fixture's and release it; return its directory."""
    path, manifest = write_bundle(root, "serving", DAYS, tables | change, registry[:1])
    release(path, manifest.fingerprint)
    return path


def test_a_reload_serves_the_bundle_released_last(client, app, root, tables, registry, asked):
    before = client.get("/health").json()["fingerprint"]
    assert not app.state.served.reload()
    another(root, tables, registry)
    assert client.get("/health").json()["fingerprint"] == before
    assert app.state.served.reload()
    assert not app.state.served.reload()
    after = client.get("/health").json()
    assert after["fingerprint"] != before
    answer = client.post("/rank", json=asked).json()
    assert answer["fingerprint"] == after["fingerprint"]
    assert list(answer["scores"]) == ["popularity"]


def test_a_bad_bundle_is_refused_and_the_old_one_goes_on(
    client, app, root, tables, registry, asked
):
    expected = client.post("/rank", json=asked).json()
    path = another(root, tables, registry)
    text = path / "rankers" / "popularity.json"
    sound = text.read_bytes()
    text.write_bytes(sound[:-1])
    for _ in range(3):
        assert not app.state.served.reload()
    health = client.get("/health").json()
    assert "popularity.json is damaged" in health["refused"]
    assert health["fingerprint"] == expected["fingerprint"]
    assert client.post("/rank", json=asked).json() == expected
    assert 'reloads_total{outcome="refused"} 1.0' in client.get("/metrics").text
    text.write_bytes(sound)
    assert not app.state.served.reload()
    assert app.state.served.reload(anew=True)
    assert client.get("/health").json()["refused"] is None


def test_whatever_goes_wrong_with_a_bundle_the_old_one_goes_on(
    client, app, root, tables, registry, monkeypatch
):
    def fails(*arguments, **more):
        raise MemoryError("no room")

    another(root, tables, registry)
    monkeypatch.setattr("dmc12.online.served.load", fails)
    assert not app.state.served.reload()
    assert client.get("/health").json()["refused"] == "MemoryError('no room')"


def test_a_lost_pointer_is_refused_and_the_old_bundle_goes_on(client, app, root):
    (root / "current").unlink()
    assert not app.state.served.reload()
    assert "no bundle was released" in client.get("/health").json()["refused"]


def test_the_watch_loads_what_is_released(root, tables, registry):
    with TestClient(create_app(root, watch_seconds=0.01)) as client:
        before = client.get("/health").json()["fingerprint"]
        another(root, tables, registry)
        deadline = datetime.now(UTC) + timedelta(seconds=30)
        while client.get("/health").json()["fingerprint"] == before:
            assert datetime.now(UTC) < deadline


def test_no_app_is_made_without_a_sound_bundle(root, written, tmp_path):
    with pytest.raises(BundleMissingError, match="no bundle was released"):
        create_app(tmp_path / "nowhere")
    (root / written.name / "state" / "titles.parquet").write_bytes(b"")
    with pytest.raises(BundleDamagedError, match=r"titles\.parquet is damaged"):
        create_app(root)
