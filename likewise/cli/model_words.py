"""What `likewise models` prints for people."""

from typing import TYPE_CHECKING

from likewise.cli.output import facts, table

if TYPE_CHECKING:
    from backend.models.lineage_schemas import Lineage
    from backend.models.schemas import ExamplesOut, ModelOut, SimilarityOut
    from backend.models.seeing_schemas import SearchOut
    from backend.models.sizes.schemas import SizesOut
    from backend.proof.schemas import GuardOut
    from backend.publishing.schemas import PublicationOut


def listed(models: list["ModelOut"]) -> str:
    from likewise.cli.verdict import small
    from likewise.cli.words import ago

    if not models:
        return "No models yet. The first: likewise train RECIPE.yaml"
    rows = [[m.id, small(m.verdict), ago(m.created_at), m.name] for m in models]
    return table(["model", "worse  ┼  better", "made", "name"], rows)


def sizes(found: "SizesOut") -> str:
    rows = [
        [
            str(size.layers or ""),
            str(size.dimensions),
            size.precision.value,
            str(size.bytes_per_vector),
            f"{size.milliseconds_per_text:.2f}",
            f"{size.quality:.4f}",
            f"{size.ci95[0]:+.4f} … {size.ci95[1]:+.4f}",
            f"{size.standing.value}{' ← smallest' if size.is_chosen else ''}",
        ]
        for size in found.sizes
    ]
    heads = [
        "layers",
        "dimensions",
        "stored",
        "bytes",
        "ms",
        found.metric,
        "difference",
        "so it is",
    ]
    return f"{table(heads, rows)}\n\n{found.chosen}"


def told(model: "ModelOut") -> str:
    from likewise.cli.verdict import proof
    from likewise.cli.words import size

    about = {
        "name": model.name,
        "from": model.base_model,
        "run": model.run_id,
        "size": size(model.size_bytes),
    }
    return f"{facts(about)}\n\n{proof(model)}"


def publication(found: "PublicationOut") -> str:
    from likewise.cli.words import size

    files = [[file.name, size(file.size_bytes), file.sha256] for file in found.files]
    about = {
        "to": found.repo + (", which will be made" if found.is_new_repo else ""),
        "seen by": "you, or your organisation, alone" if found.private else "everybody",
        "as": "a pull request" if found.as_pull_request else "one commit",
        "rows": "some rows of the training data" if found.with_samples else "none",
        "size": size(found.size_bytes),
        "published": found.url,
    }
    todo = "" if found.url else "\n\nNothing has left yet. The same with --yes publishes it."
    return f"{table(['file', 'size', 'sha256'], files)}\n\n{facts(about)}{todo}"


def lineage(found: "Lineage") -> str:
    data = [f"{each.dataset} ({each.version_id})" for each in found.learned_from]
    children = [f"{each.name} ({each.id}, by {each.made_by.value})" for each in found.children]
    about = {
        "run": f"{found.run.name} ({found.run.id})",
        "from": found.base_model,
        "data": ", ".join(data) or None,
        "made of": f"{found.parent.name} ({found.parent.id})" if found.parent else None,
        "made of it": ", ".join(children) or None,
    }
    return facts(about)


def similarities(others: list[str], answer: "SimilarityOut") -> str:
    rows = [
        [f"{tuned:.4f}", f"{base:.4f}", other]
        for other, tuned, base in zip(others, answer.tuned, answer.base, strict=True)
    ]
    return table(["tuned", "base", "text"], rows)


def found_in(answer: "SearchOut", most: int) -> str:
    """What only one of the models has among its first is marked."""
    rows = [
        [kind, str(one.place), f"{one.score:.4f}", "+" * (one.other_place > most), one.text]
        for kind, found in (("tuned", answer.tuned), ("base", answer.base))
        for one in found
    ]
    return table(["model", "place", "cosine", "only", "text"], rows)


def examples(found: "ExamplesOut") -> str:
    parts = []
    for title, rows in (("Better now", found.better), ("Worse now", found.worse)):
        if rows and rows[0].found_tuned:
            cells = [[row.text, row.found_base[0], row.found_tuned[0]] for row in rows]
            parts.append(f"{title}\n{table(['question', 'base found', 'tuned finds'], cells)}")
        elif rows:
            cells = [
                [f"{row.before:.3f}", f"{row.after:.3f}", row.wanted, row.text] for row in rows
            ]
            parts.append(f"{title}\n{table(['base', 'tuned', 'right', 'text'], cells)}")
    return "\n\n".join(parts) or "Both models do the same."


def guarded(found: "GuardOut") -> str:
    from likewise.cli.verdict import small

    rows = [
        [one.title, f"{one.before:.4f}", f"{one.after:.4f}", small(one), str(one.queries)]
        for one in found.sets
    ]
    missing = f"\n\nCould not be had: {', '.join(found.missing)}" if found.missing else ""
    heads = ["set", "base", "tuned", "worse  ┼  better", "items"]
    return f"{table(heads, rows)}\n\n{found.sentence}{missing}"
