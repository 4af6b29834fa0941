"""All commands in one place. Each has a file of its own, which loads what it needs when it runs."""

import sys
from io import TextIOWrapper

import typer

from likewise.cli import (
    backup,
    datasets,
    demo,
    doctor,
    embed,
    experiments,
    healthcheck,
    init,
    jobs,
    keys,
    losses,
    mcp,
    models,
    recipes,
    runs,
    serve,
    start,
    tokens,
    train,
    users,
    worker,
    workers,
)
from likewise.cli.commands import Commands

app = typer.Typer(
    name="likewise",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help='Teach a model what "similar" means to you.',
    epilog="Exit status: 0 ok · 1 failed · 2 usage · 3 refused · 4 no studio reached · "
    "5 cancelled · 6 in use · 7 not found · 130 interrupted",
)

app.command()(demo.demo)
app.command()(start.start)
app.command()(serve.serve)
app.command()(worker.worker)
app.command()(doctor.doctor)
app.command()(init.init)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(healthcheck.healthcheck)
app.command()(train.train)
app.add_typer(keys.app, name="keys")
app.add_typer(runs.app, name="runs")
app.add_typer(experiments.app, name="experiments")
app.add_typer(models.app, name="models")
app.add_typer(datasets.app, name="datasets")
app.add_typer(recipes.app, name="recipes")
app.add_typer(workers.app, name="workers")
app.add_typer(jobs.app, name="jobs")
app.command()(embed.embed)
app.command()(losses.losses)
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.command()(mcp.mcp)


def main() -> None:
    """The `likewise` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ● still gets the figures
    app()
