"""What a training will take, before it starts: seconds, memory and disk.

    recipe + facts of data ──▶ Work: steps, tokens a step, texts that are measured
    Work + facts of the model + Speed of the machine ──▶ Reckoned: seconds, bytes
    Reckoned × what earlier runs there took beside theirs ──▶ Estimate: with ranges and words

Pure: who asks brings the facts. Nothing here knows a loss or a model by its name.
"""
