"""Why a model can't be loaded.

ModelProblem
├── ModelNotFound
├── PickledWeights
├── UnknownModule
├── AdapterNeedsPeft
└── WrongModelFile
"""


class ModelProblem(Exception):
    """A model can't be loaded or used as it is; the message says what to do."""


class ModelNotFound(ModelProblem):
    """There is neither a folder nor a Hub model of that name that we can reach."""


class PickledWeights(ModelProblem):
    """The weights are a Python pickle, which can run code when it is opened."""


class UnknownModule(ModelProblem):
    """The model names a module that isn't ours; a class named by a file is never imported."""


class AdapterNeedsPeft(ModelProblem):
    """The folder is a PEFT adapter, and the package peft isn't installed."""


class WrongModelFile(ModelProblem):
    """A file of the model is missing, or holds something else than it should."""
