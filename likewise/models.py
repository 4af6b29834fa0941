"""The modules that a model is made of."""

from worker.engine.model.modules import Dense, Module, Normalize, Pooling, Transformer

__all__ = ["Dense", "Module", "Normalize", "Pooling", "Transformer"]
