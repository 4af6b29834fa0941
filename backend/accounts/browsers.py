"""What a browser calls itself, in the words of whoever uses it. A guess, to tell one's own apart."""

# the first that is in the text: nearly all of them also name the ones after them
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """Such as "Firefox on Linux"; the beginning of what it says where that tells nothing."""
    browser = next((word for part, word in _BROWSERS if part in agent), None)
    system = next((word for part, word in _SYSTEMS if part in agent), None)
    if browser is None:
        return agent[:60] or "a program"
    return f"{browser} on {system}" if system else browser
