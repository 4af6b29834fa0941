"""The page of the field's words."""

from backend.catalog.glossary import GLOSSARY
from tools.reference.markdown import page, text


def glossary() -> str:
    return page(
        "Glossary",
        "The words of the field, each in a sentence or two. On the studio's pages they have a dotted "
        "underline.",
        *(f"**{text(row.name)}**: {text(row.says)}" for row in GLOSSARY.values()),
    )
