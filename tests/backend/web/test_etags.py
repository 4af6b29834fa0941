"""What a client has is not sent again; a change names the state that it changes."""

import pytest
from pydantic import BaseModel

from backend.web.etags import ChangedMeanwhile, SayWhich, check_match, etag_of_model


class Shown(BaseModel):
    name: str


def test_an_answer_that_the_client_has_is_not_sent_again(api):
    made = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 5}).json()
    first = api.get(f"uploads/{made['id']}")
    again = api.get(f"uploads/{made['id']}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_an_answer_that_has_changed_is_sent(api):
    made = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 5}).json()
    old = api.get(f"uploads/{made['id']}").headers["etag"]
    api.put(f"uploads/{made['id']}/parts/1", content=b"a,b\n1")
    now = api.get(f"uploads/{made['id']}", headers={"If-None-Match": old})
    assert now.status_code == 200
    assert now.headers["etag"] != old


@pytest.mark.parametrize("header", ['"another", {}', "W/{}", "{}", "*"])
def test_a_change_of_the_state_that_there_is_goes_on(header):
    shown = Shown(name="a")
    check_match(header.format(etag_of_model(shown)), shown)


def test_a_change_of_an_older_state_is_refused():
    with pytest.raises(ChangedMeanwhile):
        check_match(etag_of_model(Shown(name="a")), Shown(name="b"))


def test_a_change_that_names_no_state_is_refused():
    with pytest.raises(SayWhich):
        check_match(None, Shown(name="a"))
