"""Every request has a name: in its answer, in its problems, and in what is logged for it."""

import pytest


def test_a_request_without_a_name_is_given_one(api):
    answer = api.get("runs")
    assert answer.headers["x-request-id"].startswith("req_")


def test_a_name_is_echoed_and_stands_in_the_problem(api):
    answer = api.get("runs/nonsense", headers={"X-Request-Id": "my-script.42"})
    assert answer.headers["x-request-id"] == "my-script.42"
    assert answer.json()["request_id"] == "my-script.42"


@pytest.mark.parametrize("hostile", ["a b", "", "x" * 101, "\x1b[31mred", "-rf", "né"])
def test_a_name_that_no_log_should_hold_is_replaced(api, hostile):
    answer = api.get("runs", headers={"X-Request-Id": hostile.encode()})
    assert answer.headers["x-request-id"].startswith("req_")


def test_two_requests_have_two_names(api):
    assert api.get("runs").headers["x-request-id"] != api.get("runs").headers["x-request-id"]


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=str
)
def test_a_request_that_is_not_let_in_is_told_its_name_too(api, headers):
    answer = api.post("uploads", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_the_trace_and_the_name_stand_in_what_is_logged(api, studio, capsys):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with studio.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE models RENAME TO elsewhere")
    answer = api.get(
        "models",
        headers={"X-Request-Id": "mine-7", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
    )
    assert answer.status_code == 500
    said = capsys.readouterr().err
    assert "mine-7" in said
    assert trace in said
