"""Where the studio sends to, and where it never does: held against Apprise's own list."""

import pytest
from apprise import Apprise
from apprise.manager_plugins import NotificationManager

from backend.notifications.courier_process import gate, without_secrets
from backend.notifications.refusing import checked_address, service_of
from backend.notifications.services import SERVICES
from backend.problems import Invalid

REFUSED = [
    "exec://rm",
    "dbus://",
    "gnome://",
    "macosx://",
    "windows://",
    "syslog://",
    "rsyslog://host",
    "file:///etc/passwd",
    "mqtts://host/topic",
    "https://example.org/",
    "discord",
    "",
]
TOO_MUCH = [
    "discord://id/token?template=/etc/passwd",
    "mailtos://a:b@example.org?pgpprv=/etc/ssl/key",
    "mailtos://a:b@example.org?mode=insecure",
    "jsons://example.org/?verify=no",
    "jsons://example.org/?+Host=inside",
    "ntfys://ntfy.sh/topic?attach=file:///etc/passwd",
    "slack://a/b/c d",
    "slack://a/b\n/c",
]


@pytest.fixture(scope="module")
def known():
    Apprise.instantiate("json://localhost")
    return NotificationManager()


@pytest.mark.parametrize("schema", SERVICES)
def test_each_service_is_one_of_apprises_and_as_secure_as_is_said(known, schema):
    secure = known[schema].secure_protocol
    assert SERVICES[schema].is_secure == (
        schema in ([secure] if isinstance(secure, str) else secure)
    )


@pytest.mark.parametrize("url", [row.example for row in SERVICES.values() if row.example])
def test_each_example_is_of_its_service(url):
    assert service_of(url).example == url


@pytest.mark.parametrize("url", REFUSED)
def test_a_service_that_is_not_on_the_list_is_refused(url):
    with pytest.raises(Invalid) as refused:
        service_of(url)
    assert refused.value.problems[0].code == "service_refused"


@pytest.mark.parametrize("url", TOO_MUCH)
def test_a_url_may_name_no_file_no_header_and_leave_out_no_check(url):
    with pytest.raises(Invalid):
        service_of(url)


@pytest.mark.parametrize("address", ["a", "a@b", "a@example.org,b@example.org", "A <a@b.org>", ""])
def test_an_address_is_one_persons(address):
    with pytest.raises(Invalid):
        checked_address(address)
    assert checked_address(" ada@example.org ") == "ada@example.org"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "no address"])
def test_inside_is_open_to_whoever_the_operator_lets(host):
    assert not gate([], is_public_too=True, is_anywhere=False)(host)


def test_without_tls_the_public_internet_is_closed():
    assert gate([], is_public_too=True, is_anywhere=False)("8.8.8.8")
    assert not gate([], is_public_too=False, is_anywhere=False)("8.8.8.8")


def test_what_a_service_says_is_told_without_what_its_url_hides():
    url = "jsons://ada:opensesame@example.org/hook/T0ken"
    said = without_secrets("401 for ada:opensesame at /hook/T0ken", url)
    assert "opensesame" not in said
    assert "T0ken" not in said
    assert said.startswith("401 for")
    assert without_secrets("no answer of example.org.", url) == "no answer of example.org"
