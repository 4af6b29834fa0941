"""`likewise serve`: the server alone, for installations that run the parts apart."""

from likewise.cli.settings import DataFolder, Port, settings


def serve(port: Port = None, data: DataFolder = None) -> None:
    """Run the server alone; workers and broker run elsewhere."""
    from backend.serve import serve as run_server

    run_server(settings(data=data, port=port))
