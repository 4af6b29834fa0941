"""The forms of data that losses and evaluators take, and their settings, as tables."""

from collections.abc import Iterable

from backend.catalog.rows import Accepts, Label, Parameter
from tools.reference.markdown import code, codes, table, text


def forms(accepts: Iterable[Accepts]) -> str:
    """A row for each form: its columns of texts in their order, and its label."""
    return table(("texts, in this order", "label"), dict.fromkeys(map(_form, accepts)))


def settings(parameters: Iterable[Parameter]) -> str:
    rows = ((code(p.name), _default(p), _values(p), text(p.help)) for p in parameters)
    return table(("setting", "default", "may be", "meaning"), rows)


def _form(form: Accepts) -> tuple[str, str]:
    more = ", … (any number)" if form.repeats else ""
    label = "" if form.label is Label.NONE else text(form.label.value)
    if form.between:
        low, high = form.between
        label += f", from {low:g} to {high:g}"
    return codes(form.inputs) + more, label or "none"


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "must be said"
    default = parameter.default
    if default is None:
        return "none"
    shown = list(default) if isinstance(default, tuple) else default
    return code(str(shown).lower() if isinstance(shown, bool) else shown)


def _values(parameter: Parameter) -> str:
    one = codes(parameter.choices) or parameter.kind.value
    bounds = [
        f"{words} {bound:g}"
        for words, bound in (
            ("above", parameter.above),
            ("at least", parameter.at_least),
            ("at most", parameter.at_most),
        )
        if bound is not None
    ]
    whole = ", ".join([f"a list, each {one}" if parameter.is_many else one, *bounds])
    return f"{whole}, or none" if parameter.or_none else whole
