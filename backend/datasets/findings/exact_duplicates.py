"""Rows that say again what an earlier row of their part says: same texts, same label."""

import numpy as np

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, leave_out, rows_that, step
from backend.datasets.findings.same_rows import groups_of, is_symmetric, row_keys
from backend.datasets.looking.one_pass import Seen
from backend.recipes.words import and_list


def exact_duplicates(seen: Seen) -> Finding | None:
    """Case and spacing make no difference; nor does the order, where a pair is symmetric."""
    if seen.mapping is None or seen.hashes is None:
        return None
    hashes = seen.hashes
    complete = np.flatnonzero(hashes.complete_R)
    symmetric = is_symmetric(seen.mapping, seen.facts)
    keys = row_keys(hashes.texts_RI, symmetric, hashes.label_R, hashes.part_R)[complete]
    groups = list(groups_of(keys, complete))
    if not groups:
        return None
    again = np.sort(np.concatenate([group[1:] for group in groups]))
    ordered = row_keys(hashes.texts_RI, False, hashes.label_R, hashes.part_R)
    first_of = np.concatenate([np.full(len(g) - 1, g[0]) for g in groups])
    swapped = int((ordered[np.concatenate([g[1:] for g in groups])] != ordered[first_of]).sum())
    label = seen.mapping.label or seen.mapping.grade
    columns = [*seen.mapping.inputs, *([label] if label else [])]
    turned = f", {swapped:,} of them in swapped order" if swapped else ""
    compared = [*columns, *([seen.part] if seen.part else [])]
    drop = Remedy(
        label="Keep the first of each", operations=[step("drop_duplicates", columns=compared)]
    )
    drops_just_these = not swapped and len(complete) == seen.facts.rows
    remedies = (
        [] if drops_just_these else leave_out(again, "that say it again", "that says it again")
    )
    return found(
        FindingKind.EXACT_DUPLICATES,
        f"{rows_that('say', len(again), seen.facts.rows)} again what an earlier row says in "
        f"{and_list(columns)}{turned}.",
        again,
        looked_at=seen.facts.rows,
        columns=columns,
        groups=[group.tolist() for group in groups],
        remedies=remedies or [drop],
    )
